package dev.namewell.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoundTripsTest {
  private static final long UNKNOWN = millis(400);

  private final RoundTrips roundTrips = new RoundTrips();

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  @Test
  void an_unknown_server_gets_the_configured_patience() {
    assertThat(roundTrips.timeoutNanos(UNKNOWN)).isEqualTo(UNKNOWN);
  }

  @Test
  void patience_follows_round_trip_and_variation() {
    roundTrips.add(millis(100));
    assertThat(roundTrips.timeoutNanos(UNKNOWN)).isEqualTo(millis(300));
    for (int i = 0; i < 100; i++) {
      roundTrips.add(millis(100));
    }
    assertThat(roundTrips.timeoutNanos(UNKNOWN)).isEqualTo(millis(200));
  }

  @Test
  void patience_stays_within_its_bounds() {
    for (int i = 0; i < 100; i++) {
      roundTrips.add(1);
    }
    assertThat(roundTrips.timeoutNanos(UNKNOWN)).isEqualTo(millis(50));
    for (int i = 0; i < 100; i++) {
      roundTrips.add(millis(10_000));
    }
    assertThat(roundTrips.timeoutNanos(UNKNOWN)).isEqualTo(millis(2000));
  }

  @Test
  void the_percentile_needs_twenty_answers() {
    for (int i = 0; i < 19; i++) {
      roundTrips.add(millis(10));
    }
    assertThat(roundTrips.percentile95Nanos()).isZero();
    roundTrips.add(millis(10));
    assertThat(roundTrips.percentile95Nanos()).isBetween(millis(10), millis(13));
  }

  @Test
  void one_answer_in_twenty_is_later_than_the_percentile() {
    for (int i = 0; i < 2000; i++) {
      roundTrips.add(millis(i % 100 < 94 ? 10 : 200));
    }
    assertThat(roundTrips.percentile95Nanos()).isBetween(millis(200), millis(250));
    for (int i = 0; i < 2000; i++) {
      roundTrips.add(millis(i % 100 < 97 ? 10 : 200));
    }
    assertThat(roundTrips.percentile95Nanos()).isBetween(millis(10), millis(13));
  }

  @Test
  void what_nobody_waited_for_keeps_the_percentile_up() {
    for (int i = 0; i < 1000; i++) {
      if (i % 10 == 0) {
        roundTrips.addAtLeast(millis(100));
      } else {
        roundTrips.add(millis(10));
      }
    }
    assertThat(roundTrips.percentile95Nanos()).isBetween(millis(100), millis(125));
    assertThat(roundTrips.smoothedNanos()).isEqualTo(millis(10));
  }

  @Test
  void every_time_has_a_bucket() {
    for (long nanos = 0; nanos >= 0; nanos = nanos * 2 + 1) {
      roundTrips.add(nanos / 8);
    }
    assertThat(roundTrips.percentile95Nanos()).isPositive();
  }

  @Test
  void forgetting_makes_it_unknown() {
    for (int i = 0; i < 30; i++) {
      roundTrips.add(millis(10));
    }
    roundTrips.forget();
    assertThat(roundTrips.timeoutNanos(UNKNOWN)).isEqualTo(UNKNOWN);
    assertThat(roundTrips.percentile95Nanos()).isZero();
    assertThat(roundTrips.smoothedNanos()).isZero();
  }
}
