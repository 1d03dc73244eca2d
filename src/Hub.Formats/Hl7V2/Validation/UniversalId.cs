namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Universal ID and its type: both or neither.</summary>
internal struct UniversalId
{
    private int _id;
    private bool _hasId;
    private bool _hasType;

    /// <summary>The one of them that is empty though the other is not; 0 for none.</summary>
    public readonly int Missing => _hasId == _hasType ? 0 : _hasId ? _id + 1 : _id;

    public void See(TypePlan type, int number, bool isPopulated)
    {
        if (type.UniversalId == 0)
            return;
        _id = type.UniversalId;
        _hasId |= number == _id && isPopulated;
        _hasType |= number == _id + 1 && isPopulated;
    }
}
