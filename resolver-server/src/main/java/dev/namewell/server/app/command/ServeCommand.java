package dev.namewell.server.app.command;

import dev.namewell.core.settings.Settings;
import dev.namewell.server.app.Server;
import dev.namewell.server.app.Terminal;
import dev.namewell.server.app.log.Logging;
import dev.namewell.server.config.ConfigSource;
import dev.namewell.server.config.ConfigSource.Reading;
import dev.namewell.server.config.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs the server in the foreground. Arguments in their usual form are read without the command
 * line library, which takes as long to load as the rest of the server.
 */
@Command(name = "serve", description = "Answers queries until it is told to stop (SIGTERM).")
public final class ServeCommand implements Callable<Integer> {
  private static final int NOT_ASKED = -1;
  private static final String CONFIG = "--config";
  private static final Map<String, String> KEYS =
      Map.of(CONFIG, CONFIG, "--listen", "listen", "--upstream", "upstreams");

  private final Terminal terminal;

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--listen",
      arity = "1..*",
      paramLabel = "ADDRESS",
      description = "Takes queries here instead of where the configuration says.")
  private List<String> listen = List.of();

  @Option(
      names = "--upstream",
      arity = "1..*",
      paramLabel = "ADDRESS",
      description = "Asks these servers instead of those of the configuration.")
  private List<String> upstreams = List.of();

  ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return serve(
        terminal,
        Optional.ofNullable(config.file),
        Map.of("listen", listen, "upstreams", upstreams));
  }

  /** The exit code, or -1 if the arguments are for another command or in an unusual form. */
  public static int runIfAsked(String[] arguments, Terminal terminal) {
    if (arguments.length == 0 || !arguments[0].equals("serve")) {
      return NOT_ASKED;
    }
    Map<String, List<String>> options = new HashMap<>();
    List<String> values = null;
    for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) {
      String key = KEYS.get(argument);
      if (key != null) {
        values = options.computeIfAbsent(key, _ -> new ArrayList<>());
      } else if (values == null || argument.startsWith("-")) {
        return NOT_ASKED;
      } else {
        values.add(argument);
      }
    }
    List<String> file = options.remove(CONFIG);
    if (options.containsValue(List.of()) || (file != null && file.size() != 1)) {
      return NOT_ASKED;
    }
    return serve(terminal, Optional.ofNullable(file).map(List::getFirst).map(Path::of), options);
  }

  private static int serve(
      Terminal terminal, Optional<Path> file, Map<String, List<String>> options) {
    ConfigSource source = ConfigSource.find(file, terminal.environment(), options);
    return switch (source.read()) {
      case Reading.Accepted(Settings settings, List<Problem> warnings) -> {
        Logging.configure(settings.log());
        Server.warn(warnings);
        yield Server.run(settings, source);
      }
      case Reading.Rejected(List<Problem> problems) -> ConfigOption.complain(terminal, problems);
    };
  }
}
