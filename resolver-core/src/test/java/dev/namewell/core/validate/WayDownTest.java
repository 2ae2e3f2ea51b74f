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
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What has to be proved between a trust anchor and a name. A signed root, below it parent., signed,
 * with child.parent., signed, and cut.parent., which is not.
 */
class WayDownTest {
  private static final String PARENT = "192.0.2.1";
  private static final String CHILD = "192.0.2.2";
  private static final int A_DAY = 86_400;

  private final Internet net = new Internet(36);
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);

  @BeforeEach
  void plant() {
    zones.plantRoot(
        net,
        """
        parent. 86400 IN NS ns.parent.
        ns.parent. 86400 IN A 192.0.2.1
        """,
        zones.ds("parent."));
    net.server(PARENT)
        .zone(
            zones.zone(
                "parent.",
                """
                parent. 86400 IN SOA ns.parent. host. 1 7200 3600 1209600 86400
                parent. 86400 IN NS ns.parent.
                ns.parent. 86400 IN A 192.0.2.1
                child.parent. 86400 IN NS ns.child.parent.
                ns.child.parent. 86400 IN A 192.0.2.2
                cut.parent. 86400 IN NS ns.cut.parent.
                ns.cut.parent. 86400 IN A 192.0.2.3
                """
                    + zones.ds("child.parent.")
                    + "\n"))
        .behaving(zones::sign);
    net.server(CHILD)
        .zone(
            zones.zone(
                "child.parent.",
                """
                child.parent. 900 IN SOA ns.child.parent. host. 1 7200 3600 1209600 300
                child.parent. 3600 IN NS ns.child.parent.
                ns.child.parent. 3600 IN A 192.0.2.2
                www.child.parent. 600 IN A 192.0.2.80
                *.alias.child.parent. 600 IN CNAME www.child.parent.
                """))
        .behaving(zones::sign);
    net.server("192.0.2.3")
        .zone(
            """
            cut.parent. 900 IN SOA ns.cut.parent. host. 1 7200 3600 1209600 300
            cut.parent. 3600 IN NS ns.cut.parent.
            ns.cut.parent. 3600 IN A 192.0.2.3
            *.cut.parent. 600 IN A 192.0.2.90
            """);
    trusting(".");
  }

  @AfterEach
  void end() {
    net.close();
  }

  private void trusting(String zone) {
    TrustAnchor anchor = zones.anchor(zone);
    net.validating(new ValidationSettings(Mode.ON, List.of(anchor), List.of(), false));
  }

  private Asked ask(String name) {
    return net.client().resolve(SimulatedClient.queryWithDo(name, Type.A));
  }

  private void assertBogus(String name, int code) {
    Asked asked = ask(name);
    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(asked.extendedError()).as(asked.extendedText()).contains(code);
  }

  /** Addresses come without signatures; DS questions get an alias, with its proof or without. */
  private void unsignedAddresses(boolean proof) {
    net.server(CHILD)
        .behaving(
            (query, response) -> {
              Message signed = zones.signAllButAddresses(query, response);
              if (query.getQuestion().getType() == Type.DS && !proof) {
                signed.removeAllRecords(Section.AUTHORITY);
              }
              return signed;
            });
  }

  @Test
  void anAliasThatIsMadeFromAWildcardNeedsProofOnTheWayDownToo() { // RFC 4035 §5.3.4
    unsignedAddresses(false);

    assertBogus("a.alias.child.parent.", ExtendedError.NSEC_MISSING);
  }

  @Test
  void anAliasThatIsProvedIsNoZoneCut() {
    unsignedAddresses(true);

    assertBogus("a.alias.child.parent.", ExtendedError.RRSIGS_MISSING);
  }

  @Test
  void anUnsignedSoaFromAboveATrustAnchorDeniesNothing() {
    trusting("child.parent.");
    Name apex = Name.fromConstantString("parent.");
    Record soa =
        new SOARecord(
            apex, 1, A_DAY, Name.fromConstantString("ns.parent."), apex, 1, 7200, 3600, A_DAY, 300);
    net.server(PARENT)
        .behaving(
            (query, response) -> {
              boolean below =
                  query.getQuestion().getName().subdomain(Name.fromConstantString("child.parent."));
              if (!below || query.getQuestion().getType() != Type.A) {
                return zones.sign(query, response);
              }
              Message denial = new Message(response.getHeader().getID());
              denial.getHeader().setFlag(Flags.QR);
              denial.getHeader().setFlag(Flags.AA);
              denial.addRecord(query.getQuestion(), Section.QUESTION);
              denial.addRecord(soa, Section.AUTHORITY);
              return denial;
            });

    // Not believed; by then the chain of trust has led to servers that know better.
    Asked asked = ask("www.child.parent.");

    assertThat(net.server(PARENT).asked()).contains("www.child.parent. A");
    assertThat(asked.answers()).isNotEmpty();
    assertThat(asked.reply().getHeader().getFlag(Flags.AD)).as("AD").isTrue();
  }

  @Test
  void thatThereIsNoDsIsRememberedNoLongerThanItsSignatureLives() { // RFC 4035 §5.3.3
    net.server(PARENT)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              List<Record> authority = signed.getSection(Section.AUTHORITY);
              signed.removeAllRecords(Section.AUTHORITY);
              for (Record record : authority) {
                if (record instanceof NSECRecord nsec) {
                  Record lasting =
                      new NSECRecord(
                          nsec.getName(), nsec.getDClass(), A_DAY, nsec.getNext(), nsec.getTypes());
                  signed.addRecord(lasting, Section.AUTHORITY);
                  signed.addRecord(soonOver(new RRset(lasting)), Section.AUTHORITY);
                } else if (!(record instanceof RRSIGRecord rrsig)
                    || rrsig.getTypeCovered() != Type.NSEC) {
                  signed.addRecord(record, Section.AUTHORITY);
                }
              }
              return signed;
            });
    assertThat(ask("a.cut.parent.").rcode()).isEqualTo(Rcode.NOERROR);

    net.world().pass(Duration.ofHours(2));

    assertBogus("b.cut.parent.", ExtendedError.SIGNATURE_EXPIRED);
  }

  /** A signature that is valid for a minute, and taken for valid for an hour more. */
  private RRSIGRecord soonOver(RRset denial) {
    return zones
        .signer("parent.")
        .sign(
            denial,
            zones
                .terms("parent.", denial)
                .valid(
                    SimulatedTime.BEGINNING.minus(Duration.ofHours(1)),
                    SimulatedTime.BEGINNING.plus(Duration.ofMinutes(1))));
  }
}
