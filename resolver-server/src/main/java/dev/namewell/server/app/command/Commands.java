package dev.namewell.server.app.command;

import dev.namewell.server.app.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: makes only the subcommand that is asked for, as start-up time counts. */
public final class Commands {
  static final String PROGRAM = "namewell";

  /** Wrong use, or a wrong configuration. */
  static final int EXIT_USAGE = 2;

  private static final List<String> NAMES =
      List.of("serve", "check", "query", "control", "demo", "version", "completion");

  private Commands() {}

  /** Runs a command to its end and returns its exit code. */
  public static int run(String[] arguments, Terminal terminal) {
    boolean known = arguments.length > 0 && NAMES.contains(arguments[0]);
    List<String> wanted = known ? List.of(arguments[0]) : NAMES;
    return commandLine(wanted, terminal).execute(arguments);
  }

  /** All subcommands, as help and completion need them. */
  static CommandLine whole(Terminal terminal) {
    return commandLine(NAMES, terminal);
  }

  private static CommandLine commandLine(List<String> names, Terminal terminal) {
    CommandLine line = new CommandLine(new Root(terminal));
    for (String name : names) {
      line.addSubcommand(name, command(name, terminal));
    }
    // An argument @192.0.2.1 is a server, not a file with arguments.
    line.setExpandAtFiles(false);
    line.setOut(terminal.out());
    line.setErr(terminal.err());
    line.setExecutionExceptionHandler(
        (exception, _, _) -> {
          exception.printStackTrace(terminal.err());
          return CommandLine.ExitCode.SOFTWARE;
        });
    return line;
  }

  private static Callable<Integer> command(String name, Terminal terminal) {
    return switch (name) {
      case "serve" -> new ServeCommand(terminal);
      case "check" -> new CheckCommand(terminal);
      case "query" -> new QueryCommand(terminal);
      case "control" -> new ControlCommand(terminal);
      case "demo" -> new DemoCommand(terminal);
      case "version" -> new VersionCommand(terminal);
      case "completion" -> new CompletionCommand(terminal);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Bare {@code namewell}: prints help. */
  @Command(
      name = PROGRAM,
      description = "A caching DNS resolver.",
      mixinStandardHelpOptions = false,
      footer = {
        "",
        "Start here: `namewell serve` answers on 127.0.0.1 port 5300, then",
        "`namewell query example.com` asks it. `namewell COMMAND --help` tells more."
      })
  static final class Root implements Callable<Integer> {
    private final Terminal terminal;

    @CommandLine.Mixin private HelpOption help = new HelpOption();

    Root(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      whole(terminal).usage(terminal.out());
      return 0;
    }
  }
}
