package dev.namewell.server.app.command;

import dev.namewell.server.app.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Shows the server at work without any network. */
@Command(name = "demo", description = "Shows the server at work, without any network.")
final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    throw new UnsupportedOperationException("no demo at " + terminal);
  }
}
