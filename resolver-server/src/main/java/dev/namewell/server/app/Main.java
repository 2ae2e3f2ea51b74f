package dev.namewell.server.app;

import dev.namewell.server.app.command.Commands;
import dev.namewell.server.app.command.HealthCheck;
import dev.namewell.server.app.command.ServeCommand;

/** Entry of the program {@code namewell}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, Terminal.ofThisJvm()));
  }

  /** Runs one command to its end and returns its exit code: 2 for wrong use or configuration. */
  static int run(String[] arguments, Terminal terminal) {
    int status = HealthCheck.runIfAsked(arguments, terminal);
    status = status >= 0 ? status : ServeCommand.runIfAsked(arguments, terminal);
    status = status >= 0 ? status : Commands.run(arguments, terminal);
    terminal.out().flush();
    terminal.err().flush();
    return status;
  }
}
