namespace Hub.Formats.Framing;

/// <summary>Reads the one message of a connection.</summary>
internal sealed class WholeStreamReader(int maxMessageBytes) : FrameReader(maxMessageBytes)
{
    private bool _isDiscarding;

    public override bool IsInBlock => BlockLength > 0 || _isDiscarding;

    public override bool IsDiscarding => _isDiscarding;

    public override FrameEvent Read(ref ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> part = data;
        data = [];
        if (_isDiscarding || part.IsEmpty)
            return FrameEvent.NeedMore;
        if (BlockLength == 0)
            Open();
        if (part.Length > MaxMessageBytes - BlockLength)
        {
            _isDiscarding = true;
            return Overflow(part);
        }

        Append(part);
        return FrameEvent.NeedMore;
    }

    public override FrameEvent EndOfInput()
    {
        _isDiscarding = false;
        return BlockLength > 0 ? Complete(BlockLength) : FrameEvent.NeedMore;
    }

    protected override void Discard() => _isDiscarding = true;
}
