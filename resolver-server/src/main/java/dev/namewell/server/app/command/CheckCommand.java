package dev.namewell.server.app.command;

import dev.namewell.core.settings.CacheSettings;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.Settings;
import dev.namewell.server.app.SettingsText;
import dev.namewell.server.app.Terminal;
import dev.namewell.server.config.ConfigSource;
import dev.namewell.server.config.ConfigSource.Reading;
import dev.namewell.server.config.Problem;
import dev.namewell.server.config.Reference;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says whether a configuration is right, without starting anything. */
@Command(
    name = "check",
    description = "Reads a configuration and says what is wrong in it (exit code 2), or OK.")
final class CheckCommand implements Callable<Integer> {
  private static final int BYTES_PER_MIB = 1 << 20;

  private final Terminal terminal;

  @Mixin private ConfigOption config = new ConfigOption();

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "The same as --config FILE.")
  private @Nullable Path given;

  @ArgGroup private Print print = new Print();

  /** What is printed instead. */
  static final class Print {
    @Option(names = "--schema", description = "Prints the JSON Schema of the configuration.")
    private boolean schema;

    @Option(names = "--defaults", description = "Prints every key with its default, as YAML.")
    private boolean defaults;
  }

  CheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (print.schema) {
      terminal.out().print(Reference.schema());
      return 0;
    }
    if (print.defaults) {
      terminal.out().print(Reference.defaults());
      return 0;
    }
    Path file = given;
    if (file != null && config.file != null) {
      terminal.err().println("Which one? " + file + ", or --config " + config.file);
      return Commands.EXIT_USAGE;
    }
    ConfigSource source =
        file == null ? config.source(terminal) : ConfigOption.source(terminal, file);
    return switch (source.read()) {
      case Reading.Accepted(Settings settings, List<Problem> warnings) -> {
        summarise(source, settings, terminal.out());
        warnings.forEach(warning -> terminal.out().println("Warning: " + warning));
        yield 0;
      }
      case Reading.Rejected(List<Problem> problems) -> ConfigOption.complain(terminal, problems);
    };
  }

  private static void summarise(ConfigSource source, Settings settings, PrintWriter out) {
    out.println("OK: " + source.describe());
    out.println("  listen     " + join(settings.listen()));
    out.println("  allow      " + join(settings.access().allow()));
    for (RouteSettings route : settings.routes()) {
      out.println("  route      " + SettingsText.route(route, settings));
    }
    out.println("  validation " + SettingsText.validation(settings));
    CacheSettings cache = settings.cache();
    String kept = cache.file().map(file -> ", kept in " + file).orElse("");
    out.println("  cache      " + cache.sizeBytes() / BYTES_PER_MIB + " MiB" + kept);
    out.println("  http       " + settings.http().map(Object::toString).orElse("off"));
    out.println("  control    " + settings.control().map(Object::toString).orElse("off"));
  }

  private static String join(List<?> values) {
    return String.join(", ", values.stream().map(Object::toString).toList());
  }
}
