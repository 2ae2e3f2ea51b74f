package dev.namewell.server.config;

import dev.namewell.server.config.Tree.Entry;
import dev.namewell.server.config.Tree.Origin;
import dev.namewell.server.config.Tree.Section;
import dev.namewell.server.config.value.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values from environment variables and command line options, laid over the file's tree. {@code
 * NAMEWELL_CACHE__MAX_TTL} is the key {@code cache.max-ttl}; {@code NAMEWELL_CACHE__MAX_TTL_FILE}
 * names a file that holds its value. An empty variable counts as absent, as Compose files produce
 * them.
 */
final class Overrides {
  static final String PREFIX = "NAMEWELL_";
  private static final String FROM_FILE = "_FILE";
  private static final String LEVEL = "__";

  /** For the launcher and the command line. */
  private static final Set<String> NO_SETTINGS =
      Set.of("NAMEWELL_CONFIG", "NAMEWELL_JAVA_OPTS", "NAMEWELL_HOME");

  /** Kubernetes and Docker links set these for any service that is called namewell. */
  private static final List<String> FOREIGN = List.of("SERVICE_HOST", "SERVICE_PORT", "PORT");

  private static final long MAX_FILE_BYTES = 1 << 16;

  private Overrides() {}

  /** The variables that give a value, in the order of their names. */
  static List<String> variables(Map<String, String> environment) {
    return environment.entrySet().stream()
        .filter(variable -> isSetting(variable.getKey(), variable.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private static boolean isSetting(String name, String value) {
    return name.startsWith(PREFIX) && !value.isBlank() && !isForeign(name);
  }

  static void environment(Section root, Map<String, String> environment, Problems problems) {
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      String value = variable.getValue();
      if (!isSetting(name, value)) {
        continue;
      }
      String key = name;
      if (name.endsWith(FROM_FILE) && !name.endsWith(LEVEL + FROM_FILE.substring(1))) {
        key = name.substring(0, name.length() - FROM_FILE.length());
        if (!environment.getOrDefault(key, "").isBlank()) {
          problems.add(Origin.of(name), "", "is given together with " + key + " (allowed: one)");
        }
        value = readFile(name, value, problems);
        if (value == null) {
          continue;
        }
      }
      put(root, path(key), tree(Origin.of(name), value, problems));
    }
  }

  /** Options by the key they override, each with its values. */
  static void options(Section root, Map<String, List<String>> options) {
    for (Map.Entry<String, List<String>> option : options.entrySet()) {
      Origin origin = Origin.of("command line");
      List<Tree> items = new ArrayList<>();
      for (String value : option.getValue()) {
        items.add(new Tree.Scalar(origin, value));
      }
      if (!items.isEmpty()) {
        put(root, List.of(option.getKey()), new Tree.Items(origin, items));
      }
    }
  }

  private static boolean isForeign(String name) {
    if (NO_SETTINGS.contains(name)) {
      return true;
    }
    String rest = name.substring(PREFIX.length());
    for (String foreign : FOREIGN) {
      if (rest.equals(foreign) || (rest.startsWith(foreign + "_") && !rest.contains(LEVEL))) {
        return true;
      }
    }
    return false;
  }

  private static List<String> path(String variable) {
    List<String> path = new ArrayList<>();
    String rest = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
    int from = 0;
    while (true) {
      int to = rest.indexOf(LEVEL, from);
      path.add(rest.substring(from, to < 0 ? rest.length() : to).replace('_', '-'));
      if (to < 0) {
        return path;
      }
      from = to + LEVEL.length();
    }
  }

  private static Tree tree(Origin origin, String value, Problems problems) {
    String trimmed = value.strip();
    if (trimmed.startsWith("{") || trimmed.startsWith("[{")) {
      Tree flow = ConfigFile.parseFlow(trimmed, origin, problems);
      return flow == null ? new Tree.Nothing(origin) : flow;
    }
    return new Tree.Scalar(origin, trimmed);
  }

  private static @Nullable String readFile(String variable, String file, Problems problems) {
    String reason;
    try {
      Path path = Path.of(file.strip());
      if (Files.size(path) <= MAX_FILE_BYTES) {
        return Files.readString(path).strip();
      }
      reason = "is larger than 64 KiB";
    } catch (IOException | InvalidPathException e) {
      reason = "cannot be read: " + Unreadable.words(e);
    }
    problems.add(Origin.of(variable), "", "the file " + file + " " + reason);
    return null;
  }

  private static void put(Section root, List<String> path, Tree value) {
    Section section = root;
    Origin origin = value.origin();
    for (String name : path.subList(0, path.size() - 1)) {
      Entry entry = section.entries().get(name);
      if (entry == null || !(entry.value() instanceof Section)) {
        entry = new Entry(origin, Section.empty(origin.source()));
        section.entries().put(name, entry);
      }
      section = (Section) entry.value();
    }
    section.entries().put(path.getLast(), new Entry(origin, value));
  }
}
