package dev.namewell.core.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.sim.SimulatedClient.Asked;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Time to live (RFC 1035 §3.2.1, RFC 2181 §8). */
class TimeToLiveTest {
  private final Scene it =
      new Scene(
          """
          example. 900 IN SOA ns.example. host.example. 1 7200 3600 1209600 300
          www.example. 60 IN A 192.0.2.80
          now.example. 0 IN A 192.0.2.81
          brief.example. 2 IN A 192.0.2.82
          long.example. 604800 IN A 192.0.2.83
          alias.example. 20 IN CNAME www.example.
          """);

  @AfterEach
  void close() {
    it.close();
  }

  private static long ttl(Asked asked) {
    assertThat(asked.answers()).as("answer to " + asked.question()).hasSize(1);
    return asked.answers().getFirst().getTTL();
  }

  @Test
  void it_counts_down_and_never_grows_until_the_answer_is_asked_for_again() {
    long before = ttl(it.resolve("www.example."));
    assertThat(before).isEqualTo(60);
    for (int i = 0; i < 239; i++) {
      it.pass(Duration.ofMillis(250));
      long now = ttl(it.resolve("www.example."));
      assertThat(now).as("TTL after " + (i + 1) * 250 + " ms").isBetween(before - 1, before);
      assertThat(now).isEqualTo(60 - (i + 1) / 4);
      before = now;
    }
    assertThat(it.exchanges("www.example. A")).isEqualTo(1);
    it.pass(Duration.ofMillis(250));

    assertThat(ttl(it.resolve("www.example."))).as("asked for again").isEqualTo(60);
    assertThat(it.exchanges("www.example. A")).isEqualTo(2);
  }

  @Test
  void the_records_of_one_answer_age_alike_and_end_with_the_least() {
    it.resolve("alias.example.");
    it.passSeconds(7);

    assertThat(it.resolve("alias.example.").answers())
        .extracting(Record::getTTL)
        .containsExactly(13L, 53L);
    it.passSeconds(13);
    assertThat(it.resolve("alias.example.").answers())
        .extracting(Record::getTTL)
        .containsExactly(20L, 60L);
    assertThat(it.exchanges("alias.example. A")).isEqualTo(2);
  }

  @Test
  void zero_serves_who_waits_and_nobody_else() {
    Asked one = it.client().ask("now.example.", Type.A);
    Asked other = it.client().ask("now.example.", Type.A);
    it.pass(Duration.ofMillis(100));

    assertThat(ttl(one)).isZero();
    assertThat(ttl(other)).isZero();
    assertThat(it.exchanges("now.example. A")).isEqualTo(1);
    it.resolve("now.example.");
    assertThat(it.exchanges("now.example. A")).isEqualTo(2);
  }

  @Test
  void an_answer_that_becomes_zero_replaces_what_was_kept() {
    it.resolve("brief.example.");
    it.world.zone().load("brief.example. 0 IN A 192.0.2.99");
    it.passSeconds(2);
    it.resolve("brief.example.");
    Asked third = it.resolve("brief.example.");

    assertThat(it.exchanges("brief.example. A")).isEqualTo(3);
    assertThat(third.answers().getFirst().rdataToString()).isEqualTo("192.0.2.99");
  }

  @Test
  void the_operators_bounds_are_told_to_clients_too() {
    it.minTtl = Duration.ofSeconds(10);
    it.maxTtl = Duration.ofHours(6);

    assertThat(ttl(it.resolve("brief.example."))).isEqualTo(10);
    assertThat(ttl(it.resolve("long.example."))).isEqualTo(6 * 3600);
    it.passSeconds(9);
    assertThat(ttl(it.resolve("brief.example."))).isEqualTo(1);
    assertThat(it.exchanges("brief.example. A")).isEqualTo(1);
  }

  @Test
  void of_its_own_accord_no_answer_is_kept_longer_than_a_day() {
    assertThat(ttl(it.resolve("long.example."))).isEqualTo(86_400);
    it.passSeconds(86_399);
    assertThat(ttl(it.resolve("long.example."))).isEqualTo(1);
    it.passSeconds(1);
    it.resolve("long.example.");

    assertThat(it.exchanges("long.example. A")).isEqualTo(2);
  }

  @Test
  void with_the_highest_bit_set_it_is_zero() {
    it.world.server(0).altering(TimeToLiveTest::setHighestTtlBit);

    assertThat(ttl(it.resolve("www.example."))).isZero();
    it.resolve("www.example.");
    assertThat(it.exchanges("www.example. A")).isEqualTo(2);
  }

  /** The answer's one record stands right behind the question, its owner a pointer. */
  private static byte[] setHighestTtlBit(byte[] response) {
    if (response[7] == 1) {
      int end = 12;
      while (response[end] != 0) {
        end += 1 + response[end];
      }
      response[end + 5 + 6] |= (byte) 0x80;
    }
    return response;
  }
}
