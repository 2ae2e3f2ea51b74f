package dev.namewell.server.app.command;

import dev.namewell.server.app.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the server at work without any network. */
@Command(name = "demo", description = "Shows the server at work, without any network.")
final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HelpOption help = new HelpOption();

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    throw new UnsupportedOperationException("no demo at " + terminal);
  }
}
