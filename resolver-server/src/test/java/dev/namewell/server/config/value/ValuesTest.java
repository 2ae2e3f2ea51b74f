package dev.namewell.server.config.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and their text, both ways. */
class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0s, 0",
    "0s, 0s, 0",
    "400ms, 400ms, 400",
    "1.8s, 1.8s, 1800",
    "1s, 1s, 1000",
    "90s, 90s, 90000",
    "60s, 1m, 60000",
    "30m, 30m, 1800000",
    "1h, 1h, 3600000",
    "1d, 1d, 86400000",
    "24h, 1d, 86400000",
    "1.5h, 90m, 5400000",
    "0.5s, 500ms, 500"
  })
  void durations(String text, String written, long millis) {
    Duration duration = Units.readDuration(text);
    assertThat(duration).isEqualTo(Duration.ofMillis(millis));
    assertThat(Units.write(duration)).isEqualTo(written);
    assertThat(Units.readDuration(written)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "s",
        "1,5s",
        "1.0001s",
        "1..5s",
        "-1s",
        "1 week",
        "1h30m",
        "1e3s",
        "99999999999999999999d",
        ".s"
      })
  void noDurations(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Units.readDuration(text));
  }

  @ParameterizedTest
  @CsvSource({
    "1024B, 1KiB",
    "1KiB, 1KiB",
    "64MiB, 64MiB",
    "1024MiB, 1GiB",
    "1536KiB, 1536KiB",
    "7B, 7B"
  })
  void sizes(String text, String written) {
    ValueType<Long> type = Units.size(0, Long.MAX_VALUE);
    assertThat(type.writer().apply(type.reader().apply(text))).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "64M", "64MB", "1.5MiB", "-1MiB", "9999999999GiB"})
  void noSizes(String text) {
    ValueType<Long> type = Units.size(0, Long.MAX_VALUE);
    assertThatIllegalArgumentException().isThrownBy(() -> type.reader().apply(text));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1:53",
    "192.0.2.1:5353, 192.0.2.1:5353",
    "2001:db8::1, [2001:db8::1]:53",
    "[2001:db8::1], [2001:db8::1]:53",
    "[2001:DB8:0:0:1:0:0:1]:5353, [2001:db8::1:0:0:1]:5353",
    "::, [::]:53",
    "1:0:0:2:0:0:0:3, [1:0:0:2::3]:53",
    "1:2:3:4:5:6:0:8, [1:2:3:4:5:6:0:8]:53",
    "1::, [1::]:53"
  })
  void addresses(String text, String written) {
    assertThat(Addresses.parse(text, Addresses.DNS_PORT)).hasToString(written);
    assertThat(Addresses.parse(written, 0)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":53",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.4:+5",
        "0x7f.1.1.1",
        "[1.2.3.4",
        "1.2.3.4/8",
        "localhost",
        "[]:53",
        "1.2.3.4:",
        "::1]",
        "\u0661.2.3.4"
      })
  void noAddresses(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Addresses.parse(text, 53));
  }
}
