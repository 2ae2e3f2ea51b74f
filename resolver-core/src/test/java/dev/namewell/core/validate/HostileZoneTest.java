package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A zone that is made to cost as much as can be (CVE-2023-50387). */
class HostileZoneTest {
  private static final String ZONE_WORK = "validation work for one zone";

  private final Internet net = new Internet(34);
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);
  private final SignatureFlood flood = new SignatureFlood();
  private int forged;

  @BeforeEach
  void plant() {
    plant("");
  }

  private void plant(String dsOfLiar) {
    zones.plantRoot(
        net,
        """
        hostile. 86400 IN NS ns.hostile.
        ns.hostile. 86400 IN A 192.0.2.1
        liar. 86400 IN NS ns.liar.
        ns.liar. 86400 IN A 192.0.2.3
        other. 86400 IN NS ns.other.
        ns.other. 86400 IN A 192.0.2.2
        """,
        zones.ds("hostile."),
        zones.ds("other."),
        dsOfLiar);
    net.server("192.0.2.1")
        .zone(
            zones.zone(
                "hostile.",
                """
                hostile. 900 IN SOA ns.hostile. host. 1 7200 3600 1209600 300
                hostile. 3600 IN NS ns.hostile.
                ns.hostile. 3600 IN A 192.0.2.1
                *.hostile. 600 IN A 192.0.2.80
                """))
        .behaving(
            (query, response) ->
                query.getQuestion().getType() == Type.A
                    ? flood.before(zones.sign(query, response))
                    : zones.sign(query, response));
    net.server("192.0.2.2")
        .zone(
            zones.zone(
                "other.",
                """
                other. 900 IN SOA ns.other. host. 1 7200 3600 1209600 300
                other. 3600 IN NS ns.other.
                ns.other. 3600 IN A 192.0.2.2
                www.other. 600 IN A 192.0.2.90
                """))
        .behaving(zones::sign);
    plantLiar();
    TrustAnchor anchor = zones.anchor(".");
    net.validating(new ValidationSettings(Mode.ON, List.of(anchor), List.of(), true));
  }

  private void plantLiar() {
    net.server("192.0.2.3")
        .zone(
            """
            liar. 900 IN SOA ns.liar. host. 1 7200 3600 1209600 300
            liar. 3600 IN NS ns.liar.
            ns.liar. 3600 IN A 192.0.2.3
            *.liar. 600 IN A 192.0.2.81
            """)
        .behaving(
            (query, response) ->
                query.getQuestion().getType() == Type.A ? claimed(response) : response);
  }

  @AfterEach
  void end() {
    net.close();
  }

  /** Each address is signed by its own name, whose DS the root is said to have signed. */
  private Message claimedByDs(Message query, Message response) {
    Record question = query.getQuestion();
    Name own = Name.fromConstantString("liar.");
    if (question.getName().equals(own) || !question.getName().subdomain(own)) {
      return response;
    }
    if (question.getType() == Type.A) {
      response.addRecord(
          forged(response.getSection(Section.ANSWER).getFirst(), question.getName()),
          Section.ANSWER);
    } else if (question.getType() == Type.DS) {
      response.removeAllRecords(Section.AUTHORITY);
      response.addRecord(
          new DSRecord(question.getName(), DClass.IN, 600, 1, 13, 2, new byte[32]), Section.ANSWER);
      return claimed(response);
    }
    return response;
  }

  /** An unsigned zone says that the root has signed what it says. */
  private Message claimed(Message response) {
    List<Record> records = List.copyOf(response.getSection(Section.ANSWER));
    for (Record record : records) {
      for (int i = 0; i < 8; i++) {
        response.addRecord(forged(record, Name.root), Section.ANSWER);
      }
    }
    return response;
  }

  /** A signature over a record by the root's key, as another zone's. */
  private RRSIGRecord forged(Record record, Name signer) {
    byte[] ds = zones.dsRdata(".");
    byte[] signature = new byte[64];
    ByteBuffer.wrap(signature).putInt(++forged);
    return new RRSIGRecord(
        record.getName(),
        record.getDClass(),
        record.getTTL(),
        record.getType(),
        ds[2],
        record.getTTL(),
        SimulatedTime.BEGINNING.plus(Duration.ofDays(7)),
        SimulatedTime.BEGINNING.minus(Duration.ofDays(1)),
        ByteBuffer.wrap(ds).getShort() & 0xffff,
        signer,
        signature);
  }

  private Asked ask(String name) {
    return net.client().resolve(SimulatedClient.queryWithDo(name, Type.A));
  }

  private int starved() {
    return net.world().events().limits().getOrDefault(ZONE_WORK, 0);
  }

  @Test
  void aHostileZoneStarvesItselfAndNobodyElse() {
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      int before = starved();
      Asked asked = ask("n" + i + ".hostile.");
      assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
      if (starved() > before) {
        assertThat(asked.extendedError()).contains(ExtendedError.DNSSEC_INDETERMINATE);
        refused++;
      }
    }
    assertThat(refused).as("questions that were not looked at").isGreaterThan(30);

    Asked other = ask("www.other.");
    assertThat(other.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(other.reply().getHeader().getFlag(Flags.AD)).as("AD of another zone").isTrue();

    net.world().pass(Duration.ofSeconds(20));
    int before = starved();
    Asked later = ask("later.hostile.");
    assertThat(later.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(starved()).as("looked at again when time has paid").isEqualTo(before);
  }

  @Test
  void whoClaimsAnothersSignatureStarvesNobody() {
    assertThatTheLiarStarvesNobody();
  }

  /** It has a DS record and no keys, so that nobody can say in which zone its names are. */
  @Test
  void norDoesWhoBreaksItsOwnChainOfTrustForThat() {
    plant(zones.ds("liar."));

    assertThatTheLiarStarvesNobody();
  }

  @Test
  void norDoesWhoClaimsAnothersSignatureOverDsRecords() {
    net.server("192.0.2.3").behaving(this::claimedByDs);

    assertThatTheLiarStarvesNobody();
  }

  @Test
  void whoAsksForTooMuchOfItGetsOnlyWhatIsInTheCache() {
    ask("www.other.");
    net.world().pass(Duration.ofSeconds(545)); // of 600: now it would be renewed
    for (int i = 0; i < 150; i++) {
      net.client().ask("n" + i + ".liar.", Type.A);
    }
    net.world().pass(Duration.ofSeconds(1));
    int sent = net.sent();

    Asked cached = ask("www.other.");
    Asked refused = ask("ns.other.");
    net.world().pass(Duration.ofSeconds(1));

    assertThat(cached.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(refused.reply().getHeader().getFlag(Flags.TC)).as("TC: may be another's").isTrue();
    assertThat(net.sent()).as("queries to servers").isEqualTo(sent);
    assertThat(net.world().events().limits()).containsKey("validation work for one client");
  }

  private void assertThatTheLiarStarvesNobody() {
    for (int i = 0; i < 60; i++) {
      ask("n" + i + ".liar.");
    }
    Asked other = ask("www.other.");
    assertThat(other.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(other.reply().getHeader().getFlag(Flags.AD)).isTrue();
    assertThat(starved()).isZero();
    assertThat(net.world().events().limits())
        .as("but cost as much as it could")
        .containsKey("wrong signatures for one question");
  }
}
