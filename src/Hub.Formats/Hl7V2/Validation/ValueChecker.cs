using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Checks single values of a message against their data type, table and length.</summary>
/// <param name="message">The message.</param>
/// <param name="findings">Takes the problems.</param>
/// <param name="hasOlderTables">Whether the tables are older than the version of the message.</param>
internal sealed class ValueChecker(Hl7Message message, Findings findings, bool hasOlderTables)
{
    private const int LongestCode = 64;

    // Far above every length of the standard; escapes in what is longer are counted as written, rather than copying a document to count it.
    private const int LongestDecoded = 65_536;

    private readonly byte _escape = message.Delimiters.Escape;
    private readonly byte _truncation = message.Delimiters.Truncation;

    /// <summary>Whether a value is HL7 null, which is of every type (protocol E08).</summary>
    public static bool IsNull(ReadOnlySpan<byte> value) => value.Length == 2 && value[0] == '"' && value[1] == '"';

    /// <summary>Checks a value.</summary>
    /// <param name="value">The value, without parts.</param>
    /// <param name="part">The field or component it stands in.</param>
    /// <param name="type">Its type, a primitive.</param>
    /// <param name="place">Where it stands.</param>
    public void Check(ReadOnlySpan<byte> value, PartPlan part, TypePlan type, Place place)
    {
        if (type.Kind == ValueKind.Text || type.Kind == ValueKind.Open || IsNull(value))
            return;
        if (value[0] == ' ' || value[^1] == ' ')
        {
            findings.Add(ValidationRules.Padded, place, $"{part.Name} ({type.Name}) has blanks around it.");
            value = value.Trim((byte)' ');
            if (value.IsEmpty)
                return;
        }

        if (type.Kind is ValueKind.Code or ValueKind.SiteCode)
            CheckCode(value, part, type, place);
        else
            CheckForm(value, part, type, place);
    }

    /// <summary>Checks the length of a value or of a repetition.</summary>
    public void CheckLength(ReadOnlySpan<byte> value, PartPlan part, TypePlan type, Place place)
    {
        if (part.MaxLength == 0 || value.Length <= part.MaxLength)
            return;
        // Codes are judged by their table, dates by their form; a value that says it was cut is as long as it may be (protocol E15).
        bool isJudged = (type.Kind is ValueKind.Code or ValueKind.SiteCode && part.Table is not null)
            || type.Kind is ValueKind.Date or ValueKind.Time or ValueKind.Timestamp or ValueKind.Sequence or ValueKind.Open;
        if (isJudged || IsNull(value) || (_truncation != 0 && value[^1] == _truncation))
            return;
        int length = CharactersOf(value);
        if (length > part.MaxLength)
            findings.Add(ValidationRules.TooLong, place, $"{part.Name} ({type.Name}) has {length} characters; {part.MaxLength} are allowed.");
    }

    /// <summary>Checks the code of a coded element that says it is of its field's table: <c>N^No^HL70136</c>.</summary>
    public void CheckNamed(ReadOnlySpan<byte> code, ReadOnlySpan<byte> system, PartPlan part, Place place)
    {
        if (part.Table is not { } table || code.IsEmpty || IsNull(code) || !Names(system, table.Number))
            return;
        if (!IsIn(code, table))
            findings.Add(ValidationRules.CodeNotInNamedTable, place, $"{part.Name} ({part.Type.Name}) has a code that table {table.Number:0000} ({table.Name}) does not have.");
    }

    private void CheckForm(ReadOnlySpan<byte> value, PartPlan part, TypePlan type, Place place)
    {
        int fraction = 0;
        (bool isRight, Hl7Rule rule, string form) = type.Kind switch
        {
            ValueKind.Number => (ValueForms.IsNumber(value), ValidationRules.NoNumber, "number"),
            ValueKind.Sequence => (ValueForms.IsSequence(value), ValidationRules.NoSequence, "sequence ID"),
            ValueKind.Date => (ValueForms.IsDate(value), ValidationRules.NoTimestamp, "date"),
            ValueKind.Time => (ValueForms.IsTime(value, out fraction), ValidationRules.NoTimestamp, "time"),
            _ => (ValueForms.IsTimestamp(value, out fraction), ValidationRules.NoTimestamp, "date and time"),
        };
        if (!isRight && part.IsGivenUp)
            findings.Add(ValidationRules.GivenUp, place, $"{part.Name} ({type.Name}) is no {form}: {value.Length} characters.");
        else if (!isRight)
            findings.Add(rule, place, $"{part.Name} ({type.Name}) is no {form}: {value.Length} characters.");
        else if (fraction > 4)
            findings.Add(ValidationRules.TooFine, place, $"{part.Name} ({type.Name}) has {fraction} digits of a second.");
    }

    private void CheckCode(ReadOnlySpan<byte> value, PartPlan part, TypePlan type, Place place)
    {
        if (part.Table is not { } table || IsIn(value, table))
            return;
        Hl7Rule rule = OpenTables.RuleOf(table.Number, type.Kind);
        if (rule == ValidationRules.CodeNotInTable && hasOlderTables)
            findings.Add(ValidationRules.CodeNotInOlderTable, place, $"{part.Name} ({type.Name}) has a code that table {table.Number:0000} ({table.Name}) of version 2.6 does not have; those of later versions are not at hand.");
        else if (part.IsGivenUp && rule.Severity == Hl7Severity.Error)
            findings.Add(ValidationRules.GivenUp, place, $"{part.Name} ({type.Name}) has a code that table {table.Number:0000} ({table.Name}) does not have.");
        else
            findings.Add(rule, place, $"{part.Name} ({type.Name}) has a code that table {table.Number:0000} ({table.Name}) does not have.");
    }

    private bool IsIn(ReadOnlySpan<byte> value, TableDefinition table)
    {
        if (_escape != 0 && value.Contains(_escape))
            value = Hl7Escapes.Decode(value, message.Delimiters);
        if (value.Length > LongestCode)
            return false;
        Span<char> code = stackalloc char[LongestCode];
        for (int i = 0; i < value.Length; i++)
            code[i] = (char)value[i];
        return table.Meaning(code[..value.Length]) is not null;
    }

    /// <summary>Whether a coding system is an HL7 table: <c>HL70136</c>.</summary>
    private static bool Names(ReadOnlySpan<byte> system, int table)
    {
        int number = 0;
        if (system.Length != 7 || !system.StartsWith("HL7"u8))
            return false;
        foreach (byte digit in system[3..])
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            number = (number * 10) + digit - '0';
        }

        return number == table;
    }

    private int CharactersOf(ReadOnlySpan<byte> value)
    {
        if (value.Length > LongestDecoded)
            return message.CharacterSet.IsUtf8 ? value.Length - CountContinuations(value) : value.Length;
        try
        {
            return message.Decode(value).Length;
        }
        catch (Hl7FormatException)
        {
            // What is no text has been told; its bytes are what there is to count.
            return value.Length;
        }
    }

    private static int CountContinuations(ReadOnlySpan<byte> value)
    {
        int count = 0;
        foreach (byte one in value)
            count += (one & 0xC0) == 0x80 ? 1 : 0;
        return count;
    }
}
