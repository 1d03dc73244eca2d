namespace Hub.Formats.Hl7V2.Validation;

/// <summary>A mistake in a profile.</summary>
/// <param name="Member">The member of the profile, as its file writes it: <c>fields[2].path</c>.</param>
/// <param name="Text">What is wrong and what to do.</param>
public sealed record ProfileMistake(string Member, string Text);
