using Hub.Engine.Commands;

return await HubCommand.RunAsync(args);
