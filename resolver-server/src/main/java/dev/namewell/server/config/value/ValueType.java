package dev.namewell.server.config.value;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * One kind of value: how its text is read and written, and what is allowed.
 *
 * @param reader throws IllegalArgumentException that says in words what is wrong with the text
 * @param writer gives text that the reader reads as the same value
 * @param allowed for people, behind "allowed:"
 * @param form for the JSON Schema
 */
public record ValueType<T>(
    Function<String, T> reader, Function<T, String> writer, String allowed, Form form) {

  /** What a JSON Schema can say of the text. */
  public sealed interface Form {
    /** One of these words. */
    record Words(List<String> words) implements Form {}

    /** on or off; editors that read YAML 1.1 see a boolean. */
    record OnOff() implements Form {}

    /** A whole number. */
    record Whole(long least, long most) implements Form {}

    /** Text that matches a regular expression (ECMA-262). */
    record Pattern(String regex) implements Form {}

    /** A word, or another form. */
    record WordOr(String word, Form other) implements Form {}
  }

  private static final Form ANY_TEXT = new Form.Pattern(".+");

  public static String quoted(String text) {
    return "\"" + text + "\"";
  }

  public static ValueType<Boolean> onOff() {
    return new ValueType<>(
        ValueType::readOnOff, on -> on ? "on" : "off", "on, off", new Form.OnOff());
  }

  private static Boolean readOnOff(String text) {
    return switch (text) {
      case "on", "true" -> true;
      case "off", "false" -> false;
      default -> throw new IllegalArgumentException(quoted(text) + " is not on or off");
    };
  }

  public static ValueType<Integer> whole(int least, int most) {
    return new ValueType<>(
        text -> readWhole(text, least, most),
        number -> Integer.toString(number),
        "a whole number from " + least + " to " + most,
        new Form.Whole(least, most));
  }

  private static int readWhole(String text, int least, int most) {
    long number;
    try {
      number = Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(quoted(text) + " is not a whole number");
    }
    if (number < least || number > most) {
      throw new IllegalArgumentException(text + " is out of range");
    }
    return (int) number;
  }

  /** The constants of an enum in lower case; {@code later} are words of a later release. */
  public static <E extends Enum<E>> ValueType<E> choice(Class<E> type, String... later) {
    List<String> words = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      words.add(word(constant));
    }
    return new ValueType<>(
        text -> type.getEnumConstants()[indexOf(words, text, later)],
        ValueType::word,
        String.join(", ", words),
        new Form.Words(words));
  }

  /** One of some words, where nothing depends on which. */
  public static ValueType<String> word(List<String> words, String... later) {
    return new ValueType<>(
        text -> words.get(indexOf(words, text, later)),
        word -> word,
        String.join(", ", words),
        new Form.Words(words));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static int indexOf(List<String> words, String text, String... later) {
    int index = words.indexOf(text);
    if (index >= 0) {
      return index;
    }
    for (String word : later) {
      if (word.equals(text)) {
        throw new IllegalArgumentException(quoted(text) + " is not in this release");
      }
    }
    throw new IllegalArgumentException(quoted(text) + " is not known");
  }

  public static ValueType<Path> path() {
    return new ValueType<>(ValueType::readPath, Path::toString, "a path", ANY_TEXT);
  }

  private static Path readPath(String text) {
    try {
      if (!text.isEmpty()) {
        return Path.of(text);
      }
    } catch (InvalidPathException _) {
      // The same words as for an empty one.
    }
    throw new IllegalArgumentException(quoted(text) + " is not a path");
  }

  /** Printable ASCII of at most so many characters. */
  public static ValueType<String> text(int longest) {
    return new ValueType<>(
        text -> readText(text, longest),
        text -> text,
        "1 to " + longest + " printable ASCII characters",
        new Form.Pattern("^[ -~]{1," + longest + "}$"));
  }

  private static String readText(String text, int longest) {
    boolean fits = !text.isEmpty() && text.length() <= longest;
    for (int i = 0; fits && i < text.length(); i++) {
      fits = text.charAt(i) >= ' ' && text.charAt(i) <= '~';
    }
    if (!fits) {
      throw new IllegalArgumentException("is empty, too long or not printable");
    }
    return text;
  }

  /** The same value or a word that means none. */
  public ValueType<Optional<T>> or(String word) {
    return new ValueType<>(
        text -> isWord(text, word) ? Optional.empty() : Optional.of(reader.apply(text)),
        value -> value.map(writer).orElse(word),
        allowed + ", or " + word,
        new Form.WordOr(word, form));
  }

  /** An editor or a template that reads YAML 1.1 may have made false of a bare off. */
  private static boolean isWord(String text, String word) {
    return text.equals(word) || (word.equals("off") && text.equals("false"));
  }
}
