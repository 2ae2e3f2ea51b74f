package dev.namewell.server.app;

import dev.namewell.server.app.command.Commands;
import dev.namewell.server.app.command.HealthCheck;

/** Entry of the program {@code namewell}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, Terminal.ofThisJvm()));
  }

  /** Runs one command to its end and returns its exit code: 2 for wrong use or configuration. */
  static int run(String[] arguments, Terminal terminal) {
    int health = HealthCheck.runIfAsked(arguments, terminal);
    int status = health >= 0 ? health : Commands.run(arguments, terminal);
    terminal.out().flush();
    terminal.err().flush();
    return status;
  }
}
