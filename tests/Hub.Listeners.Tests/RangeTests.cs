using Hub.Contracts;
using Hub.Listeners.Fhir;
using Hub.Listeners.Http;
using Hub.Listeners.Mllp;

namespace Hub.Listeners.Tests;

/// <summary>Numbers that no listener can work with are problems of its file, not of its messages.</summary>
public sealed class RangeTests
{
    private static readonly MllpListenerConfig s_mllp = new() { Type = "mllp", Listen = "127.0.0.1:0" };
    private static readonly FhirListenerConfig s_fhir = new() { Type = "fhir", Listen = "127.0.0.1:0" };
    private static readonly HttpListenerConfig s_http = new() { Type = "http", Listen = "127.0.0.1:0" };

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(87_600, true)]
    [InlineData(87_601, false)]
    [InlineData(2_000_000_000, false)]
    public void A_window_for_duplicates_fits_into_a_date(int hours, bool isTaken)
    {
        Check(isTaken, 1307, "duplicateWindowHours", s_mllp with { DuplicateWindowHours = hours });
        Check(isTaken, 1307, "duplicateWindowHours", s_http with { DuplicateWindowHours = hours });
        Check(isTaken, 1307, "duplicateWindowHours", s_fhir with { DuplicateWindowHours = hours });
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(86_400, true)]
    [InlineData(86_401, false)]
    public void Times_are_a_second_to_a_day(int seconds, bool isTaken)
    {
        Check(isTaken, 1306, "acknowledgeTimeoutSeconds", s_mllp with { AcknowledgeTimeoutSeconds = seconds });
        Check(isTaken, 1303, "maxMessageSeconds", s_mllp with { MaxMessageSeconds = seconds });
        Check(isTaken, 1303, "maxMessageSeconds", s_http with { MaxMessageSeconds = seconds });
        Check(isTaken, 1303, "maxMessageSeconds", s_fhir with { MaxMessageSeconds = seconds });
        Check(isTaken, 1361, "reassembleTimeoutSeconds", s_mllp with { ReassembleTimeoutSeconds = seconds });
        Check(isTaken, 1361, "reassembleTimeoutSeconds", s_http with { ReassembleTimeoutSeconds = seconds });
        Check(isTaken || seconds == 0, 1304, "idleTimeoutSeconds", s_mllp with { IdleTimeoutSeconds = seconds });
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(65_535, true)]
    [InlineData(65_536, false)]
    public void At_least_one_is_served_at_once_and_no_more_than_there_are_ports(int count, bool isTaken)
    {
        Check(isTaken, 1305, "maxConnections", s_mllp with { MaxConnections = count });
        Check(isTaken, 1347, "maxRequests", s_http with { MaxRequests = count });
        Check(isTaken, 1347, "maxRequests", s_fhir with { MaxRequests = count });
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void There_are_two_releases_of_MLLP(int release, bool isTaken) =>
        Check(isTaken, 1365, "mllpRelease", s_mllp with { MllpRelease = release });

    [Fact]
    public void An_answer_on_the_senders_connection_is_not_acknowledged_again()
    {
        Check(false, 1362, "applicationAckWantsAnswer", s_mllp with { ApplicationAckWantsAnswer = true });
        Check(true, 1362, "applicationAckWantsAnswer", s_mllp with { ApplicationAckWantsAnswer = true, ApplicationAck = "acks" });
    }

    private static void Check(bool isTaken, int code, string member, ListenerConfig config) =>
        Assert.Equal(isTaken ? [] : [(code, member)], config.Check().Select(problem => (problem.Code, problem.Path)));
}
