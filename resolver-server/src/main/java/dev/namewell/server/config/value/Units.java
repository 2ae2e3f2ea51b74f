package dev.namewell.server.config.value;

import static dev.namewell.server.config.value.ValueType.quoted;

import dev.namewell.server.config.value.ValueType.Form;
import java.math.BigDecimal;
import java.time.Duration;

/** Durations and sizes with their units. */
public final class Units {
  private static final String[] TIME_UNITS = {"ms", "s", "m", "h", "d"};
  private static final long[] MILLIS = {1, 1_000, 60_000, 3_600_000, 86_400_000};
  private static final String[] SIZE_UNITS = {"B", "KiB", "MiB", "GiB"};
  private static final int SIZE_STEP_BITS = 10;

  /** So many digits of the largest unit still fit a long. */
  private static final int MAX_DIGITS = 9;

  private Units() {}

  public static ValueType<Duration> duration(Duration least, Duration most) {
    return new ValueType<>(
        text -> within(text, readDuration(text), least, most),
        Units::write,
        "a time with unit ms, s, m, h or d, from " + write(least) + " to " + write(most),
        new Form.Pattern("^(0|[0-9]+(\\.[0-9]+)?(ms|s|m|h|d))$"));
  }

  public static ValueType<Long> size(long least, long most) {
    return new ValueType<>(
        text -> within(text, readSize(text), least, most),
        Units::writeSize,
        "a size with unit KiB, MiB or GiB, from " + writeSize(least) + " to " + writeSize(most),
        new Form.Pattern("^[0-9]+(B|KiB|MiB|GiB)$"));
  }

  private static <C extends Comparable<C>> C within(String text, C value, C least, C most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(text + " is out of range");
    }
    return value;
  }

  /**
   * Reads {@code 400ms}, {@code 1.8s} or {@code 1d}; a lone 0 needs no unit.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public static Duration readDuration(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    int digits = digits(text, true);
    int unit = unit(TIME_UNITS, text, digits, "a time such as 400ms, 1.8s or 1d");
    try {
      BigDecimal millis =
          new BigDecimal(text.substring(0, digits)).multiply(BigDecimal.valueOf(MILLIS[unit]));
      return Duration.ofMillis(millis.longValueExact());
    } catch (ArithmeticException | NumberFormatException _) {
      throw new IllegalArgumentException(quoted(text) + " is not a whole number of milliseconds");
    }
  }

  private static long readSize(String text) {
    int digits = digits(text, false);
    int unit = unit(SIZE_UNITS, text, digits, "a size such as 64MiB");
    return Long.parseLong(text.substring(0, digits)) << (SIZE_STEP_BITS * unit);
  }

  private static int digits(String text, boolean fraction) {
    int at = 0;
    while (at < text.length()
        && (isDigit(text.charAt(at)) || (fraction && text.charAt(at) == '.'))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int unit(String[] units, String text, int digits, String like) {
    if (digits == 0 || digits > MAX_DIGITS) {
      throw new IllegalArgumentException(quoted(text) + " is not " + like);
    }
    String unit = text.substring(digits).strip();
    for (int i = 0; i < units.length; i++) {
      if (units[i].equals(unit)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        unit.isEmpty()
            ? quoted(text) + " has no unit"
            : quoted(text) + " has the unknown unit " + quoted(unit));
  }

  /** In the largest unit that keeps it short: {@code 1d}, {@code 1.8s}, {@code 400ms}. */
  public static String write(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    for (int i = MILLIS.length - 1; i > 0; i--) {
      if (millis % MILLIS[i] == 0) {
        return millis / MILLIS[i] + TIME_UNITS[i];
      }
    }
    return millis > MILLIS[1]
        ? BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + "s"
        : millis + "ms";
  }

  public static String writeSize(long bytes) {
    int unit = 0;
    while (unit < SIZE_UNITS.length - 1
        && bytes != 0
        && bytes % (1L << (SIZE_STEP_BITS * (unit + 1))) == 0) {
      unit++;
    }
    return (bytes >> (SIZE_STEP_BITS * unit)) + SIZE_UNITS[unit];
  }
}
