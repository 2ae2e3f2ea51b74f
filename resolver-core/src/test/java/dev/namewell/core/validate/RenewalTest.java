package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.CacheEvent;
import dev.namewell.core.settings.Limit;
import dev.namewell.core.settings.LimitSettings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.sim.AuthoritativeServer;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** An answer that is renewed is proved as the first one was, at the cost of whoever uses it. */
class RenewalTest {
  private static final String SERVER = "192.0.2.1";
  private static final String WWW = "www.zone.";
  private static final int TTL = 600;

  /** Such a while before the end of an answer it is renewed when somebody asks. */
  private static final Duration LAST_TENTH = Duration.ofSeconds(545);

  private final Internet net = new Internet(36);
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);
  private final SignatureFlood flood = new SignatureFlood();

  @BeforeEach
  void plant() {
    zones.plantRoot(
        net,
        """
        zone. 86400 IN NS ns.zone.
        ns.zone. 86400 IN A 192.0.2.1
        """,
        zones.ds("zone."));
    net.server(SERVER)
        .zone(
            zones.zone(
                "zone.",
                """
                zone. 900 IN SOA ns.zone. host. 1 7200 3600 1209600 300
                zone. 86400 IN NS ns.zone.
                ns.zone. 86400 IN A 192.0.2.1
                www.zone. 600 IN A 192.0.2.80
                *.many.zone. 600 IN A 192.0.2.81
                """))
        .behaving(zones::sign);
    net.validating(new ValidationSettings(Mode.ON, List.of(zones.anchor(".")), List.of(), false));
  }

  @AfterEach
  void end() {
    net.close();
  }

  private Asked ask(String name) {
    return net.client().resolve(SimulatedClient.queryWithDo(name, Type.A));
  }

  /** From now on each signature over an address is wrong, and never the same again. */
  private void forge() {
    net.server(SERVER)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              List<Record> records = signed.getSection(Section.ANSWER);
              signed.removeAllRecords(Section.ANSWER);
              for (Record record : records) {
                boolean address =
                    record instanceof RRSIGRecord rrsig && rrsig.getTypeCovered() == Type.A;
                signed.addRecord(
                    address ? flood.wrong((RRSIGRecord) record) : record, Section.ANSWER);
              }
              return signed;
            });
  }

  private static void assertSecure(Asked asked) {
    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.reply().getHeader().getFlag(Flags.AD)).as("AD").isTrue();
  }

  private int prefetches() {
    return net.world().events().count(CacheEvent.PREFETCH);
  }

  private int reached(String limit) {
    return net.world().events().limits().getOrDefault(limit, 0);
  }

  @Test
  void itIsProvedAnew() {
    ask(WWW);
    net.world().pass(LAST_TENTH);
    assertSecure(ask(WWW));
    net.world().pass(Duration.ofSeconds(1));

    Asked renewed = ask(WWW);

    assertSecure(renewed);
    assertThat(renewed.answers().getFirst().getTTL()).isGreaterThan(TTL - 10);
  }

  @Test
  void aForgedOneReplacesNothingAndIsNotFetchedWithEveryQuery() { // RFC 9520 §3.1
    ask(WWW);
    net.world().pass(LAST_TENTH);
    forge();
    int before = net.sent();
    for (int i = 0; i < 20; i++) {
      assertSecure(ask(WWW));
      net.world().pass(Duration.ofSeconds(1));
    }
    assertThat(net.sent() - before).as("queries to servers").isPositive().isLessThan(10);
    assertThat(prefetches()).isEqualTo(1);
    net.world().pass(Duration.ofSeconds(40));

    assertThat(ask(WWW).rcode()).as("when it has expired").isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void whatIsForgedIsRememberedWhereAStaleAnswerIsThereToo() { // RFC 9520 §3.1
    net.servingStale();
    ask(WWW);
    net.world().pass(Duration.ofSeconds(TTL + 1));
    forge();
    assertThat(ask(WWW).rcode()).isEqualTo(Rcode.SERVFAIL);
    int sent = net.sent();

    Asked again = ask(WWW);

    assertThat(again.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(again.extendedError()).contains(ExtendedError.DNSSEC_BOGUS);
    assertThat(net.sent()).as("queries to servers").isEqualTo(sent);
    net.fault(SERVER, new Fault.Dead());
    net.world().pass(Duration.ofSeconds(30));
    assertThat(ask(WWW).rcode()).as("nor comes the stale one back").isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void whatIsLeftOpenTakesNoStaleAnswerAway() {
    net.servingStale();
    ask(WWW);
    net.world().pass(Duration.ofSeconds(TTL + 1));
    net.server(SERVER)
        .behaving(
            (query, response) ->
                query.getQuestion().getType() == Type.A
                    ? flood.before(zones.sign(query, response))
                    : zones.sign(query, response));

    Asked stale = ask(WWW);

    assertThat(reached("wrong signatures for one question")).isPositive();
    assertThat(stale.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(stale.extendedError()).contains(ExtendedError.STALE_ANSWER);
  }

  @Test
  void norDoesADsThatCannotBeHad() {
    net.servingStale();
    ask(WWW);
    net.world().pass(Duration.ofHours(2));
    AuthoritativeServer above = net.root();
    above.asked().clear();
    above.behaving(
        (query, response) -> {
          Message signed = zones.sign(query, response);
          if (query.getQuestion().getType() == Type.DS) {
            signed.removeAllRecords(Section.ANSWER);
            signed.getHeader().setRcode(Rcode.SERVFAIL);
          }
          return signed;
        });

    Asked stale = ask(WWW);

    assertThat(stale.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(stale.extendedError()).contains(ExtendedError.STALE_ANSWER);
    assertThat(above.asked()).contains("zone. DS");
  }

  @Test
  void whatIsRenewedForOneClientCountsAmongWhatItWaitsFor() {
    int limit = LimitSettings.defaults().waitingPerClient();
    int more = 100;
    for (int i = 0; i < limit + more; i++) {
      ask("n" + i + ".many.zone.");
    }
    net.fault(SERVER, new Fault.Dead());
    net.world().pass(LAST_TENTH);
    List<Asked> asked =
        IntStream.range(0, limit + more)
            .mapToObj(i -> SimulatedClient.queryWithDo("n" + i + ".many.zone.", Type.A))
            .map(query -> net.client().ask(query, Transport.UDP))
            .toList();
    net.world().pass(Duration.ofMillis(100));

    assertThat(asked).allMatch(each -> each.rcode() == Rcode.NOERROR);
    assertThat(net.world().engine().resolutions().inFlight()).isEqualTo(limit);
    assertThat(reached(Limit.WAITING_PER_CLIENT.key())).isEqualTo(more);
    net.world().pass(Duration.ofSeconds(10));
    assertThat(net.world().engine().resolutions().inFlight()).isZero();
  }
}
