using System.Text;
using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Fhir.Mapping.Back;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Fhir.Mapping.Back;

/// <summary>FHIR to HL7 v2: each family of resources, and what cannot become a message.</summary>
public sealed class FhirBackTests
{
    private const string Patient = """{"resource":{"resourceType":"Patient","id":"p1","identifier":[{"type":{"coding":[{"code":"MR"}]},"system":"urn:oid:2.16.840.1.113883.19.5","value":"4711"}],"name":[{"family":"Mole","given":["Mary","Ann"]}],"gender":"female","birthDate":"1980-02-14"}}""";

    private static FhirBackConversion Convert(string json, FhirBackOptions? options = null) => FhirBackMapping.Guide.Convert(Encoding.UTF8.GetBytes(json), options ?? new() { Now = new(2026, 3, 1, 10, 15, 0, TimeSpan.Zero) });

    private static string Bundle(params string[] entries) => $$"""{"resourceType":"Bundle","type":"collection","entry":[{{string.Join(',', entries)}}]}""";

    private static string[] Message(string json, FhirBackOptions? options = null)
    {
        FhirBackConversion conversion = Convert(json, options);
        Assert.True(conversion.Messages.Count == 1, $"{conversion.Messages.Count} messages; {conversion.Fault?.Location}: {conversion.Fault?.Text}");
        return Encoding.UTF8.GetString(conversion.Messages[0].Bytes.Span).Split('\r', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Segment(string[] message, string name) => message.FirstOrDefault(segment => segment.StartsWith($"{name}|", StringComparison.Ordinal)) ?? "";

    [Fact]
    public void A_visit_becomes_an_admission()
    {
        string[] message = Message(Bundle(Patient,
            """{"resource":{"resourceType":"Encounter","id":"e1","status":"in-progress","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},"subject":{"reference":"Patient/p1"},"participant":[{"type":[{"coding":[{"code":"ATND"}]}],"individual":{"display":"Dr Gray"}}],"location":[{"location":{"reference":"Location/w"}}]}}""",
            """{"resource":{"resourceType":"Location","id":"w","name":"Ward 1"}}"""));
        Assert.StartsWith("MSH|^~\\&|||||20260301101500+0000||ADT^A01^ADT_A01|", message[0], StringComparison.Ordinal);
        Assert.Equal("PID|1||4711^^^&2.16.840.1.113883.19.5&ISO^MR||Mole^Mary^Ann||19800214|F", Segment(message, "PID"));
        Assert.Equal("PV1|1|I|Ward 1||||^Dr Gray", Segment(message, "PV1"));
        Assert.Equal(["MSH", "EVN", "PID", "PV1"], message.Select(segment => segment[..3]));
    }

    [Fact]
    public void A_report_becomes_results_under_its_order()
    {
        string[] message = Message(Bundle(Patient,
            """{"resource":{"resourceType":"DiagnosticReport","id":"d","basedOn":[{"reference":"ServiceRequest/s"}],"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"24323-8"}]},"subject":{"reference":"Patient/p1"},"result":[{"reference":"Observation/o1"},{"reference":"Observation/o2"}]}}""",
            """{"resource":{"resourceType":"ServiceRequest","id":"s","identifier":[{"value":"P1"}],"status":"completed","intent":"order","subject":{"reference":"Patient/p1"}}}""",
            """{"resource":{"resourceType":"Observation","id":"o1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2345-7"}]},"subject":{"reference":"Patient/p1"},"valueQuantity":{"value":5.4,"unit":"mmol/L"},"referenceRange":[{"low":{"value":3.9},"high":{"value":5.6}}],"note":[{"text":"one\ntwo"}]}}""",
            """{"resource":{"resourceType":"Observation","id":"o2","status":"final","code":{"text":"Blood pressure"},"subject":{"reference":"Patient/p1"},"component":[{"code":{"text":"systolic"},"valueQuantity":{"value":120}},{"code":{"text":"diastolic"},"valueQuantity":{"value":80}}]}}"""));
        Assert.Equal(
            ["ORC|RE|P1|||CM", "OBR|1|P1||24323-8^^LN|||||||||||||||||||||F", "OBX|1|NM|2345-7^^LN||5.4|mmol/L|3.9-5.6||||F", "NTE|1||one\\.br\\two", "OBX|2||^Blood pressure||||||||F", "OBX|3|NM|^systolic||120||||||F", "OBX|4|NM|^diastolic||80||||||F"],
            message[2..]);
    }

    [Fact]
    public void An_order_becomes_a_laboratory_order_or_the_older_one_when_asked()
    {
        string json = Bundle(Patient, """{"resource":{"resourceType":"ServiceRequest","id":"s","identifier":[{"value":"P1"}],"status":"active","intent":"order","code":{"coding":[{"system":"http://loinc.org","code":"24323-8"}]},"subject":{"reference":"Patient/p1"},"note":[{"text":"fasting"}]}}""");
        string[] laboratory = Message(json);
        string[] older = Message(json, new() { Event = "ORM^O01" });
        Assert.Contains("|OML^O21^OML_O21|", laboratory[0], StringComparison.Ordinal);
        Assert.Contains("|ORM^O01^ORM_O01|", older[0], StringComparison.Ordinal);
        Assert.All([laboratory, older], message => Assert.Equal(["ORC|NW|P1|||IP", "OBR|1|P1||24323-8^^LN", "NTE|1||fasting"], message[2..]));
    }

    [Fact]
    public void A_relative_is_next_of_kin_and_nobody_is_made_a_guarantor()
    {
        string[] message = Message(Bundle(Patient, """{"resource":{"resourceType":"RelatedPerson","id":"r","patient":{"reference":"Patient/p1"},"name":[{"family":"Mole","given":["Max"]}],"telecom":[{"system":"phone","value":"01632 960003"}]}}"""));
        Assert.StartsWith("NK1|1|Mole^Max|", Segment(message, "NK1"), StringComparison.Ordinal);
        Assert.Equal("", Segment(message, "GT1"));
    }

    [Fact]
    public void An_appointment_becomes_a_booking()
    {
        string[] message = Message(Bundle(Patient,
            """{"resource":{"resourceType":"Appointment","id":"a","identifier":[{"value":"A1"}],"status":"booked","serviceType":[{"text":"Consultation"}],"start":"2026-03-05T09:00:00Z","end":"2026-03-05T09:20:00Z","participant":[{"actor":{"reference":"Patient/p1"},"status":"accepted"},{"actor":{"reference":"Practitioner/g"},"status":"accepted"}]}}""",
            """{"resource":{"resourceType":"Practitioner","id":"g","identifier":[{"value":"8"}],"name":[{"family":"Gray"}]}}"""));
        Assert.Contains("|SIU^S12^SIU_S12|", message[0], StringComparison.Ordinal);
        Assert.Contains("^^^20260305090000+0000^20260305092000+0000", Segment(message, "SCH"), StringComparison.Ordinal);
        Assert.Equal(["MSH", "SCH", "TQ1", "PID", "RGS", "AIS", "AIP"], message.Select(segment => segment[..3]));
        Assert.StartsWith("AIP|1||8^Gray", Segment(message, "AIP"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_immunization_becomes_a_vaccination_with_what_it_contains()
    {
        string[] message = Message(Bundle(Patient, """{"resource":{"resourceType":"Immunization","id":"i","contained":[{"resourceType":"Practitioner","id":"g","name":[{"family":"Gray"}]}],"status":"completed","vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"207"}]},"patient":{"reference":"Patient/p1"},"occurrenceDateTime":"2026-03-01","lotNumber":"L1","performer":[{"actor":{"reference":"#g"}}]}}"""));
        Assert.Contains("|VXU^V04^VXU_V04|", message[0], StringComparison.Ordinal);
        Assert.Equal("RXA|0|1|20260301|20260301|207^^CVX|999||||^Gray|||||L1|||||CP", Segment(message, "RXA"));
    }

    [Theory]
    [InlineData("", "T02", "")]
    [InlineData(""","relatesTo":[{"code":"replaces","target":{"identifier":{"value":"D0"}}}]""", "T10", "D0")]
    [InlineData(""","relatesTo":[{"code":"appends","target":{"identifier":{"value":"D0"}}}]""", "T06", "D0")]
    public void A_document_becomes_a_message_with_an_OBX_for_each_of_its_contents(string relation, string trigger, string parent)
    {
        string[] message = Message(Bundle(Patient,
            $$$"""{"resource":{"resourceType":"DocumentReference","id":"d","masterIdentifier":{"system":"urn:oid:1.2.3","value":"D1"},"status":"current","docStatus":"final","type":{"coding":[{"system":"http://loinc.org","code":"18842-5","display":"Summary"}]},"subject":{"reference":"Patient/p1"}{{{relation}}},"content":[{"attachment":{"contentType":"text/plain","data":"V2VsbC4KR29vZC4="}},{"attachment":{"contentType":"application/pdf","data":"JVBE\nRi0="}},{"attachment":{"contentType":"image/jpeg","url":"https://docs.example/1"}}]}}"""));
        Assert.Contains($"|MDM^{trigger}^MDM_T02|", message[0], StringComparison.Ordinal);
        Assert.Equal(["MSH", "EVN", "PID", "PV1", "TXA", "OBX", "OBX", "OBX"], message.Select(segment => segment[..3]));
        string[] document = Segment(message, "TXA").Split('|');
        Assert.Equal(("18842-5", "TX", "D1^^1.2.3^ISO", parent, "AU", "AV"), (document[2], document[3], document[12], document[13], document[17], document[19]));
        Assert.Equal(
            ["OBX|1|TX|18842-5^Summary^LN||Well.\\.br\\Good.||||||F", "OBX|2|ED|18842-5^Summary^LN||^AP^PDF^Base64^JVBERi0=||||||F", "OBX|3|RP|18842-5^Summary^LN||https://docs.example/1^^IM^JPEG||||||F"],
            message[5..]);
    }

    [Fact]
    public void A_document_without_a_number_or_state_has_the_least_that_the_standard_takes()
    {
        string[] message = Message(Bundle(Patient, """{"resource":{"resourceType":"DocumentReference","id":"d","status":"current","subject":{"reference":"Patient/p1"},"content":[{"attachment":{"contentType":"text/plain","data":"/w==","title":"Letter"}}]}}"""));
        string[] document = Segment(message, "TXA").Split('|');
        Assert.Equal((message[0].Split('|')[9], "DO"), (document[12], document[17]));
        // Bytes that are no text are sent as data.
        Assert.Equal("OBX|1|ED|^Letter||^TEXT^PLAIN^Base64^/w==||||||F", message[^1]);
    }

    [Theory]
    [InlineData(""" "status":"entered-in-error" """)]
    [InlineData(""" "status":"current","docStatus":"entered-in-error" """)]
    [InlineData(""" "status":"entered-in-error","docStatus":"final","relatesTo":[{"code":"replaces","target":{"identifier":{"value":"D0"}}}] """)]
    public void A_document_that_was_entered_in_error_is_cancelled_and_not_sent_as_a_good_one(string state)
    {
        string[] message = Message(Bundle(Patient, $$$"""{"resource":{"resourceType":"DocumentReference","id":"d","masterIdentifier":{"value":"D1"},{{{state}}},"subject":{"reference":"Patient/p1"},"content":[{"attachment":{"contentType":"text/plain","data":"V2VsbC4="}}]}}"""));
        Assert.Contains("|MDM^T11^MDM_T01|", message[0], StringComparison.Ordinal);
        string[] document = Segment(message, "TXA").Split('|');
        Assert.Equal(("D1", "CA"), (document[12], document[19]));
        Assert.NotEqual("DO", document[17]);
    }

    [Theory]
    [InlineData("text/plain", "77u/WsOk", "TX", "Zä")]
    [InlineData("text/plain; charset=UTF-8", "WsOk", "TX", "Zä")]
    [InlineData("text/plain; charset=utf-16le", "WgDkAA==", "ED", "^TEXT^PLAIN^Base64^WgDkAA==")]
    public void Only_text_in_UTF_8_becomes_text(string type, string data, string kind, string value)
    {
        string[] message = Message(Bundle(Patient, $$$"""{"resource":{"resourceType":"DocumentReference","id":"d","status":"current","subject":{"reference":"Patient/p1"},"content":[{"attachment":{"contentType":"{{{type}}}","data":"{{{data}}}"}}]}}"""));
        string[] content = Segment(message, "OBX").Split('|');
        Assert.Equal((kind, value), (content[2], content[5]));
    }

    [Theory]
    [InlineData("confirmed", true)]
    [InlineData("entered-in-error", false)]
    [InlineData("refuted", false)]
    public void A_diagnosis_that_is_denied_is_not_sent_as_one(string verification, bool isSent)
    {
        string json = Bundle(Patient,
            """{"resource":{"resourceType":"Encounter","id":"e1","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"Patient/p1"},"diagnosis":[{"condition":{"reference":"Condition/c1"},"rank":1}]}}""",
            $$$"""{"resource":{"resourceType":"Condition","id":"c1","verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"{{{verification}}}"}]},"code":{"text":"Fracture"},"subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"} } }""");
        FhirBackOptions options = new() { Now = DateTimeOffset.UnixEpoch };
        string diagnosis = Segment(Message(json, options), "DG1");
        Assert.Equal(isSent, diagnosis.Contains("Fracture", StringComparison.Ordinal));
        Assert.Equal(isSent, diagnosis.Length > 0);
        Assert.Equal(!isSent, Convert(json, options).Notes.Any(note => note.Text.StartsWith("The diagnosis ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("billable", true)]
    [InlineData("billed", true)]
    [InlineData("not-billable", false)]
    [InlineData("entered-in-error", false)]
    public void Only_what_is_to_be_paid_for_becomes_a_charge(string status, bool isCharged)
    {
        string json = Bundle(Patient,
            """{"resource":{"resourceType":"ServiceRequest","id":"s","identifier":[{"value":"P1"}],"status":"active","intent":"order","code":{"text":"Panel"},"subject":{"reference":"Patient/p1"}}}""",
            $$$"""{"resource":{"resourceType":"ChargeItem","id":"c1","status":"{{{status}}}","code":{"text":"Puncture"},"subject":{"reference":"Patient/p1"},"occurrenceDateTime":"2026-03-01"}}""");
        string charge = Segment(Message(json), "FT1");
        Assert.Equal(isCharged, charge.Length > 0);
        Assert.Equal(isCharged, charge.Split('|').ElementAtOrDefault(6) == "CG");
        Assert.Equal(!isCharged, Convert(json).Notes.Any(note => note.Text.StartsWith("Nobody is to be charged", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("\"status\":\"final\",", "F")]
    [InlineData("\"status\":\"registered\",", "I")]
    [InlineData("\"status\":\"unknown\",", "")]
    [InlineData("", "F")]
    public void A_result_is_final_when_its_status_says_so_or_when_it_has_none(string status, string expected)
    {
        string json = Bundle(Patient, $$$"""{"resource":{"resourceType":"Observation","id":"o",{{{status}}}"code":{"text":"Sodium"},"subject":{"reference":"Patient/p1"},"valueString":"x"}}""");
        Assert.Equal(expected, Segment(Message(json), "OBX").Split('|').ElementAtOrDefault(11) ?? "");
        Assert.Equal(expected.Length == 0, Convert(json).Notes.Any(note => note.Location.StartsWith("OBX", StringComparison.Ordinal) && note.Location.EndsWith("-11", StringComparison.Ordinal)));
        // Who reads no notes has no check made for them.
        Assert.DoesNotContain(Convert(json, new() { Check = false }).Notes, note => note.Location.StartsWith("OBX", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_standard_requires_and_nobody_says_is_told()
    {
        FhirBackConversion conversion = Convert("""{"resourceType":"Patient","birthDate":"1980-02-14"}""");
        Assert.Contains(conversion.Notes, note => note.Location == "PID-3");
        // A name that nobody said is one that is not specified.
        Assert.DoesNotContain(conversion.Notes, note => note.Location == "PID-5");
        Assert.Contains("\rPID|1||||^^^^^^U||19800214\r", Encoding.UTF8.GetString(conversion.Messages[0].Bytes.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_patient_alone_is_an_update_of_the_person_and_the_options_fill_the_header()
    {
        string[] message = Message("""{"resourceType":"Patient","id":"p1","name":[{"family":"Mole"}]}""", new() { SendingApplication = "HUB", SendingFacility = "NORTH^1.2.3^ISO", Version = "2.4", Now = DateTimeOffset.UnixEpoch });
        Assert.StartsWith("MSH|^~\\&|HUB|NORTH^1.2.3^ISO|||19700101000000+0000||ADT^A31^ADT_A", message[0], StringComparison.Ordinal);
        Assert.EndsWith("|P|2.4", message[0], StringComparison.Ordinal);
        Assert.Equal("PV1|1|N", Segment(message, "PV1"));
    }

    [Fact]
    public void Results_of_another_patient_are_never_taken_whoever_refers_to_them()
    {
        string json = Bundle(Patient,
            """{"resource":{"resourceType":"Patient","id":"p2","name":[{"family":"Vole"}]}}""",
            """{"resource":{"resourceType":"DiagnosticReport","id":"d","status":"final","code":{"text":"Panel"},"subject":{"reference":"Patient/p1"},"result":[{"reference":"Observation/o1"},{"reference":"Observation/o2"},{"reference":"Observation/o3"}]}}""",
            """{"resource":{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"mine"},"subject":{"reference":"Patient/p1"},"valueString":"own"}}""",
            """{"resource":{"resourceType":"Observation","id":"o2","status":"final","code":{"text":"theirs"},"subject":{"reference":"Patient/p2"},"valueString":"foreign"}}""",
            """{"resource":{"resourceType":"Observation","id":"o3","status":"final","code":{"text":"nobody's"},"subject":{"reference":"Patient/p3"},"valueString":"unknown"}}""");
        FhirBackConversion conversion = Convert(json);
        string[] messages = [.. conversion.Messages.Select(message => Encoding.UTF8.GetString(message.Bytes.Span))];
        string mary = Assert.Single(messages, message => message.Contains("Mole", StringComparison.Ordinal));
        Assert.Contains("own", mary, StringComparison.Ordinal);
        Assert.DoesNotContain("foreign", mary, StringComparison.Ordinal);
        Assert.DoesNotContain("Vole", mary, StringComparison.Ordinal);
        Assert.DoesNotContain(messages, message => message.Contains("unknown", StringComparison.Ordinal));
        Assert.Contains(conversion.Notes, note => note is { Location: "Bundle.entry[5].resource" } && note.Text.Contains("a patient who is not there", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_patient_has_a_message_and_each_message_a_control_id_of_its_own_that_stays_the_same()
    {
        string json = Bundle(Patient, """{"resource":{"resourceType":"Patient","id":"p2","name":[{"family":"Vole"}]}}""");
        FhirBackConversion first = Convert(json);
        FhirBackConversion again = Convert(json);
        Assert.Equal(2, first.Messages.Select(message => message.ControlId).Distinct().Count());
        Assert.Equal(first.Messages.Select(message => message.ControlId), again.Messages.Select(message => message.ControlId));
        Assert.All(first.Messages, message => Assert.True(message.ControlId.Length <= 20, message.ControlId));
    }

    [Theory]
    [InlineData("Dear colleague", 3205, "line 1, byte 1", "no JSON")]
    [InlineData("[1]", 3205, "", "no object")]
    [InlineData("{\"id\":\"1\"}", 3205, "resourceType", "no \"resourceType\"")]
    [InlineData("{\"resourceType\":\"Patent\"}", 3205, "resourceType", "none of FHIR R4")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"collection\"}", 3206, "Bundle", "no resource")]
    [InlineData("{\"resourceType\":\"Organization\",\"name\":\"x\"}", 3207, "Organization", "no Patient")]
    [InlineData("{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{},\"subject\":{\"reference\":\"Patient/9\"}}", 3207, "Observation.subject", "not there")]
    public void What_cannot_become_a_message_is_told_with_its_place_and_a_remedy(string json, int code, string location, string text)
    {
        FhirBackConversion conversion = Convert(json);
        Assert.Empty(conversion.Messages);
        Assert.Equal((code, location), (conversion.Fault!.Code, conversion.Fault.Location));
        Assert.Contains(text, conversion.Fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_event_and_a_text_outside_the_character_set_are_refused()
    {
        string json = """{"resourceType":"Patient","name":[{"family":"Møl✓"}]}""";
        Assert.Equal(FhirBackCodes.UnknownEvent, Convert(json, new() { Event = "ZZZ" }).Fault!.Code);
        Assert.Equal(FhirBackCodes.NotWritable, Convert(json, new() { CharacterSet = Hl7CharacterSet.Find("8859/1") }).Fault!.Code);
    }

    [Fact]
    public void Delimiters_and_letters_of_any_kind_come_back_as_they_were()
    {
        FhirBackConversion conversion = Convert("""{"resourceType":"Patient","name":[{"family":"A|B^C&D~E\\F","given":["Žofie ✓"]}]}""");
        Hl7Message message = Hl7Message.Parse(conversion.Messages[0].Bytes, out _)!;
        Assert.Equal("UNICODE UTF-8", message.CharacterSet.Name);
        Assert.Equal(("A|B^C&D~E\\F", "Žofie ✓"), (message.GetText(FieldPath.Parse("PID-5.1")), message.GetText(FieldPath.Parse("PID-5.2"))));
    }

    [Fact]
    public void What_no_field_takes_is_told_with_its_place()
    {
        FhirBackConversion conversion = Convert("""{"resourceType":"Patient","identifier":[{"value":"1"}],"name":[{"family":"Mole"}],"photo":[{"title":"me"}]}""");
        Assert.Equal([("Patient.photo[0].title", "No field of the message takes it.")], conversion.Notes.Select(note => (note.Location, note.Text)));
    }

    [Fact]
    public void A_sites_rules_are_followed_backwards_too()
    {
        FhirBackMapping mapping = FhirBackMapping.Create([("own.map", "message *\nplace ZPI | 0 | -1\nmake | Patient[1] | ZPI[Patient]\nsegment ZPI Patient\nrule ZPI-2 | | extension[1].url | | | \"urn:food\"\nrule ZPI-2 | | extension[1].valueString\n")], out IReadOnlyList<FhirRuleProblem> problems)!;
        Assert.Empty(problems);
        FhirBackConversion conversion = mapping.Convert("""{"resourceType":"Patient","identifier":[{"value":"1"}],"name":[{"family":"Mole"}],"extension":[{"url":"urn:food","valueString":"hazelnut"}]}"""u8.ToArray(), new());
        Assert.Contains("\rZPI||hazelnut\r", Encoding.UTF8.GetString(conversion.Messages[0].Bytes.Span), StringComparison.Ordinal);
        Assert.Empty(conversion.Notes);
    }

    [Fact]
    public void A_reference_that_could_be_two_things_and_one_that_goes_in_circles_end_well()
    {
        string[] message = Message(Bundle(Patient,
            """{"resource":{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"},"participant":[{"type":[{"coding":[{"code":"ATND"}]}],"individual":{"reference":"Practitioner/g"}}],"location":[{"location":{"reference":"Location/a"}}]}}""",
            """{"resource":{"resourceType":"Practitioner","id":"g","name":[{"family":"One"}]}}""",
            """{"resource":{"resourceType":"Practitioner","id":"g","name":[{"family":"Two"}]}}""",
            """{"resource":{"resourceType":"Location","id":"a","name":"A","partOf":{"reference":"Location/b"}}}""",
            """{"resource":{"resourceType":"Location","id":"b","name":"B","partOf":{"reference":"Location/a"}}}"""));
        Assert.DoesNotContain("One", Segment(message, "PV1"), StringComparison.Ordinal);
        Assert.DoesNotContain("Two", Segment(message, "PV1"), StringComparison.Ordinal);
        Assert.StartsWith("PV1|1|O|A^^^B", Segment(message, "PV1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rule_is_inverted_marks_an_element_has_rules_of_its_own_or_a_reason()
    {
        IReadOnlyList<FhirBackCoverageTable> tables = FhirBackCoverage.Count();
        Assert.All(tables, table => Assert.Equal(table.NotInverted, table.Reasons.Count(row => row.Reason.Length > 0)));
        Assert.True(tables.Sum(table => table.Inverted) > 1000);
        Assert.True(tables.Sum(table => table.NotInverted) < 60, string.Join('\n', tables.SelectMany(table => table.Reasons).Select(row => $"{row.Row}: {row.Reason}")));
    }
}
