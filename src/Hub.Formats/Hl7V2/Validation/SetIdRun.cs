namespace Hub.Formats.Hl7V2.Validation;

/// <summary>
/// Watches set IDs: in a run of segments of one name they rise. Notes and segments of a site's own may stand between them; any other segment
/// begins a new run, since what numbers anew there is up to the message.
/// </summary>
internal struct SetIdRun
{
    private int _key;
    private int _number;

    /// <summary>Sees a segment.</summary>
    /// <returns>False when its set ID does not rise.</returns>
    public bool Rises(int key, int number)
    {
        bool rises = key != _key || number < 0 || number > _number;
        (_key, _number) = (key, number);
        return rises;
    }
}
