package dev.namewell.server.config;

import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.Settings;
import dev.namewell.server.config.Tree.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a configuration comes from: a file, variables that win over it, and options that win over
 * both. Can be read again and again, as for a reload.
 *
 * @param file absent: defaults, variables and options only
 * @param environment all variables; others than {@code NAMEWELL_*} are ignored
 * @param options values by top-level key
 */
public record ConfigSource(
    Optional<Path> file,
    Map<String, String> environment,
    Map<String, List<String>> options,
    Surroundings surroundings) {

  /** Read by default where it exists. */
  public static final Path USUAL_FILE = Path.of("/etc/namewell/namewell.yaml");

  private static final String FILE_VARIABLE = "NAMEWELL_CONFIG";

  /** What came of reading. */
  public sealed interface Reading {
    /**
     * Everything is right.
     *
     * @param warnings what is hardly meant so, in the order of the file
     */
    record Accepted(Settings settings, List<Problem> warnings) implements Reading {}

    /** Something is wrong: all of it, in the order of the file. */
    record Rejected(List<Problem> problems) implements Reading {}
  }

  /**
   * What a client on the same machine needs, from a configuration that may be wrong elsewhere.
   *
   * @param control absent: switched off
   */
  public record Glance(List<Address> listen, Optional<Path> control) {}

  public ConfigSource {
    environment = Map.copyOf(environment);
    options = Map.copyOf(options);
  }

  /**
   * The file given, else that of {@code NAMEWELL_CONFIG}, else the usual one if it exists, on this
   * machine.
   */
  public static ConfigSource find(
      Optional<Path> given, Map<String, String> environment, Map<String, List<String>> options) {
    String named = environment.getOrDefault(FILE_VARIABLE, "");
    Optional<Path> file = given;
    if (file.isEmpty() && !named.isBlank()) {
      file = Optional.of(Path.of(named));
    } else if (file.isEmpty() && Files.exists(USUAL_FILE)) {
      file = Optional.of(USUAL_FILE);
    }
    return new ConfigSource(file, environment, options, Surroundings.ofThisMachine(environment));
  }

  /** Reads everything anew; touches only files, never the network. */
  public Reading read() {
    Problems problems = new Problems();
    Section root = tree(problems);
    SettingsReader reader = new SettingsReader(surroundings, problems);
    Optional<Settings> settings = reader.read(root);
    return settings.isPresent() && problems.isEmpty()
        ? new Reading.Accepted(settings.get(), problems.warningsInOrder())
        : new Reading.Rejected(problems.inOrder());
  }

  /** Reads where the server is to be found; what is wrong has its default. */
  public Glance glance() {
    Section root = tree(new Problems());
    return new SettingsReader(surroundings, new Problems()).glance(root);
  }

  /** In words, for a log: the file, and what wins over it. */
  public String describe() {
    List<String> over = new ArrayList<>(Overrides.variables(environment));
    if (options.values().stream().anyMatch(values -> !values.isEmpty())) {
      over.add("the command line");
    }
    return file.map(Path::toString)
            .orElse("built-in defaults (no file is named, and no " + USUAL_FILE + " was there)")
        + (over.isEmpty() ? "" : " and " + String.join(", ", over));
  }

  /**
   * Where a top-level key, or one of its values, was written: {@code FILE:line:col listen[1]}, with
   * the variable or the command line for the file, or the key as one with its default.
   *
   * @param index of the value, where there are several
   */
  public String place(String key, int index) {
    return new Fields(tree(new Problems()), "", new Problems())
        .place(key, index)
        .orElse(key + " (the default)");
  }

  private Section tree(Problems problems) {
    Section root =
        file.map(path -> ConfigFile.read(path, problems))
            .orElseGet(() -> Section.empty("defaults"));
    Overrides.environment(root, environment, problems);
    Overrides.options(root, options);
    return root;
  }

  /** Keys that differ and take effect only after a restart. */
  public static List<String> needRestart(Settings old, Settings changed) {
    List<String> keys = new ArrayList<>();
    addIf(!old.listen().equals(changed.listen()), "listen", keys);
    addIf(old.service().udp() != changed.service().udp(), "udp", keys);
    addIf(old.threads() != changed.threads(), "threads", keys);
    addIf(!old.cache().file().equals(changed.cache().file()), "cache.file", keys);
    addIf(
        !old.validation().upkeep().file().equals(changed.validation().upkeep().file()),
        "dnssec.trust-anchor-file",
        keys);
    addIf(!old.http().equals(changed.http()), "http", keys);
    addIf(!old.control().equals(changed.control()), "control", keys);
    return keys;
  }

  private static void addIf(boolean differs, String key, List<String> keys) {
    if (differs) {
      keys.add(key);
    }
  }
}
