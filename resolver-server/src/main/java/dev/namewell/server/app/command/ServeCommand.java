package dev.namewell.server.app.command;

import dev.namewell.core.settings.Settings;
import dev.namewell.server.app.Logging;
import dev.namewell.server.app.Server;
import dev.namewell.server.app.Terminal;
import dev.namewell.server.config.ConfigSource;
import dev.namewell.server.config.ConfigSource.Reading;
import dev.namewell.server.config.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the server in the foreground. */
@Command(name = "serve", description = "Answers queries until it is told to stop (SIGTERM).")
final class ServeCommand implements Callable<Integer> {
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
    Map<String, List<String>> options = new HashMap<>();
    options.put("listen", listen);
    options.put("upstreams", upstreams);
    ConfigSource source = config.source(terminal, options);
    return switch (source.read()) {
      case Reading.Accepted(Settings settings) -> {
        Logging.configure(settings.log());
        yield Server.run(settings, source);
      }
      case Reading.Rejected(List<Problem> problems) -> ConfigOption.complain(terminal, problems);
    };
  }
}
