package dev.namewell.server.app.command;

import dev.namewell.server.app.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes a script for the shell's completion. */
@Command(
    name = "completion",
    description = {
      "Prints a completion script for bash and zsh.",
      "Use it as: source <(namewell completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HelpOption help = new HelpOption();

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().print(AutoComplete.bash(Commands.PROGRAM, Commands.whole(terminal)));
    return 0;
  }
}
