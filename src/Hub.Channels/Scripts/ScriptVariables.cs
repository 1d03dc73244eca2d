using Hub.Channels.Values;

namespace Hub.Channels.Scripts;

/// <summary>The variables of a message, for a script.</summary>
public sealed class ScriptVariables
{
    private readonly StepVariables _variables;

    internal ScriptVariables(StepVariables variables) => _variables = variables;

    /// <summary>What is kept under a name.</summary>
    /// <param name="name">The name, as <c>setVariable</c> takes it.</param>
    /// <returns>Empty when it was not set.</returns>
    public string this[string name]
    {
        get => _variables.Get(name ?? "");
        set
        {
            if (VariableNames.Check(name ?? "") is not null)
                throw new StepException("A variable's name begins with a letter and goes on with letters, digits, - and _, at most 64 in all.");
            _variables.Set(name!, value ?? "");
        }
    }
}
