package dev.namewell.core.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.sim.Quirk;
import dev.namewell.core.sim.SimulatedClient.Asked;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Negative caching (RFC 2308). */
class NegativeCachingTest {
  private static final String ZONE =
      """
      example. 900 IN SOA ns.example. host.example. 1 7200 3600 1209600 300
      www.example. 60 IN A 192.0.2.80
      www.example. 60 IN TXT "here"
      alias.example. 60 IN CNAME www.example.
      brief. 100 IN SOA ns.example. host.example. 1 7200 3600 1209600 300
      www.brief. 60 IN A 192.0.2.80
      eternal. 86400 IN SOA ns.example. host.example. 1 7200 3600 1209600 86400
      """;

  private final Scene it = new Scene(ZONE);

  @AfterEach
  void close() {
    it.close();
  }

  private static long soaTtl(Asked asked) {
    assertThat(asked.authorities()).singleElement().isInstanceOf(SOARecord.class);
    return asked.authorities().getFirst().getTTL();
  }

  private void isKeptFor(Duration life, String name, int type) {
    String question = name + " " + Type.string(type);
    it.resolve(name, type);
    Duration stored = it.world.tasks().elapsed();
    it.passUntil(stored.plus(life).minusMillis(5));
    it.resolve(name, type);
    assertThat(it.exchanges(question)).as("exchanges within " + life).isEqualTo(1);
    it.passUntil(stored.plus(life));
    it.resolve(name, type);
    assertThat(it.exchanges(question)).as("exchanges after " + life).isEqualTo(2);
  }

  @Test
  void a_name_error_is_kept_for_the_soa_minimum_where_that_is_less() {
    isKeptFor(Duration.ofMinutes(5), "missing.example.", Type.A);
  }

  @Test
  void a_name_error_is_kept_for_the_ttl_of_the_soa_where_that_is_less() {
    isKeptFor(Duration.ofSeconds(100), "missing.brief.", Type.A);
  }

  @Test
  void nodata_is_kept_as_a_name_error_is() {
    isKeptFor(Duration.ofSeconds(100), "www.brief.", Type.AAAA);
  }

  @Test
  void no_negative_answer_is_kept_longer_than_an_hour() {
    assertThat(soaTtl(it.resolve("missing.eternal."))).isEqualTo(3600);
    isKeptFor(Duration.ofHours(1), "lacking.eternal.", Type.A);
  }

  @Test
  void without_soa_it_is_kept_for_five_seconds_only() {
    it.world.server(0).with(Quirk.NO_SOA);

    isKeptFor(Duration.ofSeconds(5), "missing.example.", Type.A);
  }

  @Test
  void nodata_hides_no_other_type() {
    Asked nodata = it.resolve("www.example.", Type.AAAA);
    assertThat(nodata.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(nodata.answers()).isEmpty();

    assertThat(it.resolve("www.example.", Type.A).answers()).hasSize(1);
    assertThat(it.resolve("www.example.", Type.TXT).answers()).hasSize(1);
    assertThat(it.resolve("www.example.", Type.AAAA).answers()).isEmpty();
    assertThat(it.exchanges("www.example. AAAA")).isEqualTo(1);
  }

  @Test
  void the_soa_comes_with_the_answer_and_ages_with_it() {
    assertThat(soaTtl(it.resolve("missing.example."))).isEqualTo(300);
    it.passSeconds(100);
    Asked later = it.resolve("missing.example.");

    assertThat(later.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(later.answers()).isEmpty();
    assertThat(soaTtl(later)).isEqualTo(200);
    assertThat(later.reply().getHeader().getFlag(Flags.AA)).as("AA from a cache").isFalse();
    assertThat(it.exchanges("missing.example. A")).isEqualTo(1);
  }

  @Test
  void nodata_behind_an_alias_is_kept_no_longer_than_the_alias() {
    Asked asked = it.resolve("alias.example.", Type.AAAA);
    assertThat(asked.answers()).hasSize(1);
    assertThat(asked.authorities()).hasSize(1);
    it.passSeconds(61);
    it.resolve("alias.example.", Type.AAAA);

    assertThat(it.exchanges("alias.example. AAAA")).isEqualTo(2);
  }

  @Test
  void a_name_that_comes_to_be_is_found_after_the_negative_ttl() {
    assertThat(it.resolve("new.brief.").rcode()).isEqualTo(Rcode.NXDOMAIN);
    it.world.zone().load(ZONE + "new.brief. 60 IN A 192.0.2.81\n");
    it.passSeconds(50);
    assertThat(it.resolve("new.brief.").rcode()).isEqualTo(Rcode.NXDOMAIN);
    it.passSeconds(51);

    assertThat(it.resolve("new.brief.").answers()).hasSize(1);
  }
}
