package dev.namewell.server.config;

import dev.namewell.server.config.Key.Shape;
import dev.namewell.server.config.Tree.Entry;
import dev.namewell.server.config.Tree.Items;
import dev.namewell.server.config.Tree.Nothing;
import dev.namewell.server.config.Tree.Origin;
import dev.namewell.server.config.Tree.Scalar;
import dev.namewell.server.config.Tree.Section;
import dev.namewell.server.config.value.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys of one section. Reading is declaring: each call says a key's name, kind, default
 * and meaning, so a run over an empty tree yields the reference of all keys.
 */
final class Fields {
  private final Section section;
  private final String path;
  private final Problems problems;
  private final List<Key> keys = new ArrayList<>();

  Fields(Section section, String path, Problems problems) {
    this.section = section;
    this.path = path;
    this.problems = problems;
  }

  List<Key> keys() {
    return keys;
  }

  boolean has(String name) {
    return section.entries().containsKey(name);
  }

  /** One value; the fallback where it is absent or wrong. */
  <T> T one(String name, ValueType<T> type, T fallback, String doc) {
    String shown = Key.yaml(type.writer().apply(fallback));
    declare(name, new Shape.One(type, false), shown, false, doc);
    return read(name, type).orElse(fallback);
  }

  /** One value whose default depends on the machine or on other keys. */
  <T> Optional<T> computed(String name, ValueType<T> type, String example, String doc) {
    declare(name, new Shape.One(type, false), Key.yaml(example), true, doc);
    return read(name, type);
  }

  /** One value that must be there. */
  <T> Optional<T> required(String name, ValueType<T> type, String example, String doc) {
    declare(name, new Shape.One(type, true), Key.yaml(example), true, doc);
    Optional<T> value = read(name, type);
    if (!has(name)) {
      problems.add(section.origin(), path(name), "is missing" + allowed(type));
    }
    return value;
  }

  /** At least one value; a single one needs no list. */
  <T> List<T> many(String name, ValueType<T> type, List<T> fallback, String doc) {
    List<String> shown = new ArrayList<>();
    for (T value : fallback) {
      shown.add(Key.yaml(type.writer().apply(value)));
    }
    declare(name, new Shape.Many(type, false), shown.toString(), false, doc);
    List<T> values = readMany(name, type);
    return values.isEmpty() ? fallback : values;
  }

  /** Values whose default is not known here; empty where absent or wrong. */
  <T> List<T> manyComputed(String name, ValueType<T> type, String example, String doc) {
    declare(name, new Shape.Many(type, false), example, true, doc);
    return readMany(name, type);
  }

  /** At least one value that must be there. */
  <T> List<T> manyRequired(String name, ValueType<T> type, String example, String doc) {
    declare(name, new Shape.Many(type, true), example, true, doc);
    if (!has(name)) {
      problems.add(section.origin(), path(name), "is missing" + allowed(type));
    }
    return readMany(name, type);
  }

  /** Keys one level down. An absent section is an empty one. */
  <T> T below(String name, String doc, Function<Fields, T> reader) {
    Entry entry = section.entries().get(name);
    Tree tree = entry == null ? new Nothing(section.origin()) : entry.value();
    Fields fields = new Fields(asSection(name, tree, "keys below it"), path(name), problems);
    T value = reader.apply(fields);
    fields.reportUnknown();
    declare(name, new Shape.Below(fields.keys), "", false, doc);
    return value;
  }

  /** Keys one level down, or the word off. */
  <T> Optional<T> belowOrOff(String name, String doc, Function<Fields, T> reader) {
    Entry entry = section.entries().get(name);
    Tree tree = entry == null ? new Nothing(section.origin()) : entry.value();
    boolean off =
        tree instanceof Scalar(Origin _, String text)
            && (text.equals("off") || text.equals("false"));
    Tree kept = off ? new Nothing(tree.origin()) : tree;
    Fields fields =
        new Fields(asSection(name, kept, "keys below it, or off"), path(name), problems);
    T value = reader.apply(fields);
    fields.reportUnknown();
    declare(name, new Shape.BelowOrOff(fields.keys), "", false, doc);
    return off ? Optional.empty() : Optional.of(value);
  }

  /** A list of sections; those whose reader gives nothing are left out. */
  <T> List<T> repeated(String name, String doc, Function<Fields, Optional<T>> reader) {
    declare(name, new Shape.Repeated(sample(reader)), "[]", true, doc);
    return sections(name, reader);
  }

  /** A list of sections, or the name of a file that has the same in another form. */
  <T> List<T> repeatedOrFile(
      String name,
      String doc,
      Function<Fields, Optional<T>> reader,
      Function<String, List<T>> file) {
    declare(name, new Shape.RepeatedOrFile(sample(reader)), "[]", true, doc);
    Entry entry = section.entries().get(name);
    if (entry != null && entry.value() instanceof Scalar(Origin origin, String text)) {
      try {
        return file.apply(text);
      } catch (IllegalArgumentException e) {
        problems.add(origin, path(name), String.valueOf(e.getMessage()));
        return List.of();
      }
    }
    return sections(name, reader);
  }

  private static List<Key> sample(Function<Fields, ?> reader) {
    Fields sample = new Fields(Section.empty(""), "", new Problems());
    var _ = reader.apply(sample);
    return sample.keys;
  }

  private <T> List<T> sections(String name, Function<Fields, Optional<T>> reader) {
    List<T> values = new ArrayList<>();
    List<Tree> items = items(name);
    for (int i = 0; i < items.size(); i++) {
      String itemName = name + "[" + i + "]";
      Section item = asSection(itemName, items.get(i), "keys, as {zone: ..., upstreams: ...}");
      Fields fields = new Fields(item, path(itemName), problems);
      reader.apply(fields).ifPresent(values::add);
      fields.reportUnknown();
    }
    return values;
  }

  /** Adds a problem at a key's value, or at the section where the key is absent. */
  void problem(String name, String message) {
    Entry entry = section.entries().get(name);
    Origin origin = entry == null ? section.origin() : entry.value().origin();
    problems.add(origin, path(name), message);
  }

  /** Adds a problem at one value of a list, or at the only one. */
  void problem(String name, int index, String message) {
    List<Tree> items = items(name);
    problems.add(items.get(index).origin(), item(name, index, items.size()), message);
  }

  /** Warns of one value of a list, or of the only one. */
  void warn(String name, int index, String message) {
    List<Tree> items = items(name);
    if (index < items.size()) {
      problems.warn(items.get(index).origin(), item(name, index, items.size()), message);
    }
  }

  /** Warns of a key's value one level down, which has to be there. */
  void warn(String name, String below, String message) {
    Entry entry = section.entries().get(name);
    if (entry != null && entry.value() instanceof Section(Origin _, Map<String, Entry> entries)) {
      Entry value = entries.get(below);
      if (value != null) {
        problems.warn(value.value().origin(), path(name) + "." + below, message);
      }
    }
  }

  /** Where one value of a list was written, or the only one; empty where the key is absent. */
  Optional<String> place(String name, int index) {
    Entry entry = section.entries().get(name);
    if (entry == null) {
      return Optional.empty();
    }
    List<Tree> items = items(name);
    boolean one = index >= 0 && index < items.size();
    Origin origin = one ? items.get(index).origin() : entry.value().origin();
    return Optional.of(origin + " " + (one ? item(name, index, items.size()) : path(name)));
  }

  private String item(String name, int index, int count) {
    return count == 1 ? path(name) : path(name) + "[" + index + "]";
  }

  /** Adds a problem for every key that no reader asked for; call it last. */
  void reportUnknown() {
    for (Map.Entry<String, Entry> entry : section.entries().entrySet()) {
      String name = entry.getKey();
      if (!isDeclared(name)) {
        String likely = closest(name);
        problems.add(
            entry.getValue().keyOrigin(),
            path(name),
            "is not a key here"
                + (likely == null
                    ? " (allowed: " + names() + ")"
                    : "; did you mean " + likely + "?"));
      }
    }
  }

  private void declare(String name, Shape shape, String shown, boolean computed, String doc) {
    keys.add(new Key(name, shape, shown, computed, doc));
  }

  private String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static String allowed(ValueType<?> type) {
    return " (allowed: " + type.allowed() + ")";
  }

  private <T> Optional<T> read(String name, ValueType<T> type) {
    Entry entry = section.entries().get(name);
    return entry == null ? Optional.empty() : parse(path(name), type, entry.value());
  }

  private <T> Optional<T> parse(String where, ValueType<T> type, Tree tree) {
    String wrong;
    switch (tree) {
      case Scalar scalar -> {
        try {
          return Optional.of(type.reader().apply(scalar.text()));
        } catch (IllegalArgumentException e) {
          wrong = String.valueOf(e.getMessage());
        }
      }
      case Nothing _ -> wrong = "has no value";
      case Items _ -> wrong = "takes one value, not a list";
      case Section _ -> wrong = "takes one value, not keys";
    }
    problems.add(tree.origin(), where, wrong + allowed(type));
    return Optional.empty();
  }

  private <T> List<T> readMany(String name, ValueType<T> type) {
    List<Tree> items = items(name);
    List<T> values = new ArrayList<>();
    Set<T> seen = new HashSet<>();
    for (int i = 0; i < items.size(); i++) {
      String where = item(name, i, items.size());
      Optional<T> value = parse(where, type, items.get(i));
      if (value.isPresent()) {
        values.add(value.get());
        if (!seen.add(value.get())) {
          String text = type.writer().apply(value.get());
          problems.add(items.get(i).origin(), where, text + " is listed twice");
        }
      }
    }
    return values;
  }

  private List<Tree> items(String name) {
    Entry entry = section.entries().get(name);
    if (entry == null) {
      return List.of();
    }
    return switch (entry.value()) {
      case Items(Origin origin, List<Tree> items) -> {
        if (items.isEmpty()) {
          problems.add(origin, path(name), "is empty (allowed: at least one, or no such key)");
        }
        yield items;
      }
      case Scalar scalar when !scalar.origin().isFile() -> split(scalar);
      case Scalar scalar -> List.of(scalar);
      case Section one -> List.of(one);
      case Nothing(Origin origin) -> {
        problems.add(origin, path(name), "has no value (allowed: a list, or no such key)");
        yield List.of();
      }
    };
  }

  /** A variable separates its values by spaces or commas. */
  private static List<Tree> split(Scalar scalar) {
    List<Tree> items = new ArrayList<>();
    String text = scalar.text();
    int from = 0;
    for (int at = 0; at <= text.length(); at++) {
      if (at == text.length()
          || text.charAt(at) == ','
          || Character.isWhitespace(text.charAt(at))) {
        if (at > from) {
          items.add(new Scalar(scalar.origin(), text.substring(from, at)));
        }
        from = at + 1;
      }
    }
    return items;
  }

  private Section asSection(String name, Tree tree, String allowed) {
    if (tree instanceof Section given) {
      return given;
    }
    if (!(tree instanceof Nothing)) {
      problems.add(tree.origin(), path(name), "takes no single value (allowed: " + allowed + ")");
    }
    return new Section(tree.origin(), Map.of());
  }

  private boolean isDeclared(String name) {
    for (Key key : keys) {
      if (key.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private String names() {
    List<String> names = new ArrayList<>();
    for (Key key : keys) {
      names.add(key.name());
    }
    return String.join(", ", names);
  }

  private @Nullable String closest(String name) {
    String best = null;
    int least = Math.max(2, name.length() / 3) + 1;
    for (Key key : keys) {
      int distance = distance(name, key.name());
      if (distance < least) {
        least = distance;
        best = key.name();
      }
    }
    return best;
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
