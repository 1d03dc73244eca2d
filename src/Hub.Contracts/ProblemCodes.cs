namespace Hub.Contracts;

/// <summary>
/// The numbers of problems in channel files, shown as <c>HUB1021</c>. A number never changes its meaning and is never used again for another one.
/// 1000 to 1099 the file, its JSON and its records; 1100 to 1199 the channel as a whole and files together; 1200 to 1299 conditions, values and steps;
/// 1300 to 1399 listeners; 1400 to 1499 destinations; 1500 to 1539 validation and profiles.
/// </summary>
public static class ProblemCodes
{
    /// <summary>The file or folder cannot be read.</summary>
    public const int Unreadable = 1001;

    /// <summary>The folder is not there.</summary>
    public const int FolderMissing = 1002;

    /// <summary>The folder holds no channel file.</summary>
    public const int FolderEmpty = 1003;

    /// <summary>The file is longer than a channel file may be.</summary>
    public const int FileTooLarge = 1004;

    /// <summary>The file is not UTF-8.</summary>
    public const int NotUtf8 = 1005;

    /// <summary>The file is not JSON.</summary>
    public const int Syntax = 1006;

    /// <summary>The file has a comment.</summary>
    public const int Comment = 1007;

    /// <summary>A comma stands after the last member or item.</summary>
    public const int TrailingComma = 1008;

    /// <summary>A member is there twice.</summary>
    public const int DoubledMember = 1009;

    /// <summary>A member is null.</summary>
    public const int NullValue = 1010;

    /// <summary>Objects and lists are nested too deeply.</summary>
    public const int TooDeep = 1011;

    /// <summary>A member has a name that its object does not know.</summary>
    public const int UnknownMember = 1020;

    /// <summary>A text is not what its member takes: a field path, a value with <c>${…}</c>, an address.</summary>
    public const int NotUnderstood = 1021;

    /// <summary>A value is of another JSON type than its member takes.</summary>
    public const int WrongType = 1022;

    /// <summary>A member that must be there is not.</summary>
    public const int MissingMember = 1023;

    /// <summary>A word is none of those that its member takes.</summary>
    public const int UnknownWord = 1024;

    /// <summary>A <c>type</c> names no component.</summary>
    public const int UnknownType = 1025;

    /// <summary>A number is out of the range of its member.</summary>
    public const int NumberOutOfRange = 1026;

    /// <summary>A <c>${…}</c> cannot be used where it stands.</summary>
    public const int UnknownSetting = 1030;

    /// <summary>An environment variable is not set.</summary>
    public const int EnvironmentMissing = 1031;

    /// <summary>A secret is not there.</summary>
    public const int SecretMissing = 1032;

    /// <summary>A secret is there and cannot be used: others may read its file, it is empty, or it cannot be read.</summary>
    public const int SecretUnusable = 1033;

    /// <summary>A value of an environment holds a secret.</summary>
    public const int SecretInEnvironment = 1034;

    /// <summary>A channel's id is not written as ids are.</summary>
    public const int ChannelIdForm = 1100;

    /// <summary>Two files have the same channel id.</summary>
    public const int ChannelIdDoubled = 1101;

    /// <summary>Two channels listen at the same address.</summary>
    public const int AddressDoubled = 1102;

    /// <summary>A destination's id is not written as ids are.</summary>
    public const int DestinationIdForm = 1103;

    /// <summary>Two destinations of a channel have the same id.</summary>
    public const int DestinationIdDoubled = 1104;

    /// <summary>A channel has no destination.</summary>
    public const int NoDestination = 1105;

    /// <summary><c>acknowledgeBy</c> names none of the channel's destinations.</summary>
    public const int AcknowledgeByUnknown = 1106;

    /// <summary>A test case has no input, or more than one.</summary>
    public const int CaseInput = 1120;

    /// <summary>A file that a test case names is not there, cannot be read, or is named in a way that cannot be.</summary>
    public const int CaseFile = 1121;

    /// <summary>A test case expects nothing, so that it could not fail.</summary>
    public const int CaseExpectsNothing = 1122;

    /// <summary>What a test case expects cannot be: no such destination, no such path, content given twice.</summary>
    public const int CaseExpectation = 1123;

    /// <summary>A test of a channel fails, so that a changed file is not used.</summary>
    public const int TestFails = 1124;

    /// <summary>The tests of a channel did not end in time.</summary>
    public const int TestsTooLong = 1125;

    /// <summary>A folder of tests belongs to no channel.</summary>
    public const int TestsOfNoChannel = 1126;

    /// <summary>The clock of a test case is not a time with its zone.</summary>
    public const int CaseClock = 1127;

    /// <summary>A file among tests belongs to no case.</summary>
    public const int CaseStrayFile = 1128;

    /// <summary>A channel cannot be made ready for its tests.</summary>
    public const int CaseChannel = 1129;

    /// <summary>A destination hands messages to a channel that is not there, or in a circle, or has members that mean nothing then.</summary>
    public const int HandOver = 1107;

    /// <summary>A condition has not exactly one of <c>path</c>, <c>all</c>, <c>any</c> and <c>not</c>, or no test where it needs one.</summary>
    public const int ConditionShape = 1200;

    /// <summary>A regular expression cannot be read.</summary>
    public const int Pattern = 1201;

    /// <summary>A list of a condition is empty.</summary>
    public const int EmptyList = 1202;

    /// <summary>A value to compare with is neither a number nor a date.</summary>
    public const int Bound = 1203;

    /// <summary>The members of a step do not go together.</summary>
    public const int StepMembers = 1210;

    /// <summary>A value holds a delimiter that it cannot.</summary>
    public const int Delimiter = 1211;

    /// <summary>A step cannot work on a place of this kind.</summary>
    public const int Place = 1212;

    /// <summary>A place can hold separators that the place it is copied to cannot.</summary>
    public const int CopyDepth = 1213;

    /// <summary>A step cannot stand in a forEach, or one too deep.</summary>
    public const int Nesting = 1214;

    /// <summary>A table cannot be used.</summary>
    public const int Table = 1215;

    /// <summary>Members about dates do not go together, or a zone is not known.</summary>
    public const int DateRewrite = 1216;

    /// <summary>Delimiters cannot be used.</summary>
    public const int Delimiters = 1217;

    /// <summary>The members of a rule of <c>build</c> do not go together.</summary>
    public const int BuildRule = 1219;

    /// <summary>A member says how messages are laid out that the source does not have, or lacks what its data type needs.</summary>
    public const int DataTypeSettings = 1220;

    /// <summary>A step works on another data type than the message has there.</summary>
    public const int StepDataType = 1221;

    /// <summary>A member takes a place of HL7 v2 and the message is something else there.</summary>
    public const int Hl7Place = 1222;

    /// <summary>The layout of rows cannot be used.</summary>
    public const int TableLayout = 1223;

    /// <summary>A path of <c>headerPaths</c> cannot be used.</summary>
    public const int HeaderPath = 1224;

    /// <summary>A destination cannot send what the message is there.</summary>
    public const int DestinationDataType = 1225;

    /// <summary>A <c>convert</c> step cannot make what it is asked for.</summary>
    public const int Conversion = 1226;

    /// <summary>An <c>accept</c> list is given for messages that are not HL7 v2.</summary>
    public const int AcceptDataType = 1227;

    /// <summary>A value with structure is written for a data type that has none to write.</summary>
    public const int EncodedDataType = 1228;

    /// <summary>A <c>route</c> names a destination that the channel does not have.</summary>
    public const int RouteUnknown = 1260;

    /// <summary>A step stands where it cannot work.</summary>
    public const int StepPlace = 1261;

    /// <summary>A variable's name is not written as such names are.</summary>
    public const int VariableName = 1262;

    /// <summary>A variable is used that no step ever sets.</summary>
    public const int VariableNeverSet = 1263;

    /// <summary>A variable is used in a value that is made when there are no variables.</summary>
    public const int VariableTooLate = 1264;

    /// <summary>A script is not C# that can be compiled.</summary>
    public const int Script = 1280;

    /// <summary>A script uses what scripts may not.</summary>
    public const int ScriptForbidden = 1281;

    /// <summary>A script cannot be read.</summary>
    public const int ScriptUnreadable = 1282;

    /// <summary>The time a script may take is out of bounds.</summary>
    public const int ScriptTimeLimit = 1283;

    /// <summary>A listener off loopback has neither TLS nor <c>allowPlaintext</c>, or it has both.</summary>
    public const int Plaintext = 1320;

    /// <summary>The members of a listener's <c>tls</c> do not go together.</summary>
    public const int TlsMembers = 1321;

    /// <summary>A file that a listener's <c>tls</c> names cannot be used.</summary>
    public const int TlsFile = 1322;

    /// <summary>The destination for application answers is not there, or cannot take them.</summary>
    public const int ApplicationAck = 1363;

    /// <summary>With <c>acknowledge: delivered</c>, the destination that decides the answer hands messages to another channel.</summary>
    public const int AcknowledgeByChannel = 1369;

    /// <summary>The fallback character set is none that is known.</summary>
    public const int FallbackCharacterSet = 1368;

    /// <summary>Sequence numbers or application answers are asked for with messages that are not HL7 v2.</summary>
    public const int AnswersDataType = 1364;

    /// <summary><c>onMaybeDelivered</c> is given where no answers are waited for.</summary>
    public const int MaybeDelivered = 1412;

    /// <summary>A maintenance window cannot be meant.</summary>
    public const int Maintenance = 1413;

    /// <summary><c>maxMessagesPerMinute</c> is no such number.</summary>
    public const int Throttle = 1414;

    /// <summary><c>unreachableAfter</c> is no number of tries.</summary>
    public const int UnreachableAfter = 1415;

    /// <summary>A destination that hands messages to another channel says how they are to be sent.</summary>
    public const int HandOverSending = 1416;

    /// <summary>A destination hands a channel messages of another data type than that channel's source says.</summary>
    public const int HandOverDataType = 1420;

    /// <summary>A <c>splitMessage</c> divides in a way that messages of this data type cannot be.</summary>
    public const int SplitDataType = 1421;

    /// <summary>A secret is written openly in a channel file.</summary>
    public const int SecretWritten = 1430;

    /// <summary>A secret stands in a member that logs and lists show.</summary>
    public const int SecretShown = 1431;

    /// <summary>Messages are told apart by the end of the connection, and the connection is TLS.</summary>
    public const int EndOfTlsConnection = 1432;

    /// <summary>A channel is to keep records for less time than content.</summary>
    public const int RetentionOrder = 1435;

    /// <summary>The members of a destination's <c>tls</c> do not go together.</summary>
    public const int TlsClientMembers = 1440;

    /// <summary>A file that a destination's <c>tls</c> names cannot be used.</summary>
    public const int TlsClientFile = 1441;

    /// <summary>Messages that are not HL7 v2 are to be validated.</summary>
    public const int ValidationDataType = 1500;

    /// <summary>A level of validation and a profile do not go together.</summary>
    public const int ValidationMembers = 1501;

    /// <summary>A destination that hands messages to another channel is to validate them.</summary>
    public const int ValidationHandOver = 1502;

    /// <summary>The file of a profile is not there.</summary>
    public const int ProfileFile = 1510;

    /// <summary>The rules of a profile do not go together.</summary>
    public const int ProfileRules = 1511;

    /// <summary>A <c>convert</c> step cannot make FHIR as it is asked for.</summary>
    public const int FhirConversion = 3202;

    /// <summary>A line of a site's rules from HL7 v2 to FHIR cannot be followed.</summary>
    public const int FhirRule = 3203;

    /// <summary>The folder of a site's rules is not there or cannot be read.</summary>
    public const int FhirMaps = 3204;

    /// <summary>A channel asks for a probe that cannot be.</summary>
    public const int Probe = 7120;

    /// <summary>The Hub failed on the file in a way that nobody foresaw: a mistake in the Hub, not in the file.</summary>
    public const int Unforeseen = 1449;
}
