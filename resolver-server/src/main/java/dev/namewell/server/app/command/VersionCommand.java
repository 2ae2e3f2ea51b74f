package dev.namewell.server.app.command;

import dev.namewell.server.app.Terminal;
import dev.namewell.server.app.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says which release this is. */
@Command(name = "version", description = "Prints the version.")
final class VersionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HelpOption help = new HelpOption();

  VersionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal
        .out()
        .printf(
            "%s %s (Java %s, %s %s)%n",
            Commands.PROGRAM,
            Version.number(),
            Runtime.version(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"));
    return 0;
  }
}
