package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Holes that other validators had: each with what a hostile server said. */
class KnownHolesTest {
  private static final String PARENT = "192.0.2.1";
  private static final String CHILD = "192.0.2.2";

  private final Internet net = new Internet(35).withoutMinimisation();
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);

  @BeforeEach
  void plant() {
    plant("");
  }

  /** A signed root, a signed zone, and below that another. */
  private void plant(String besideDs) {
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
                parent. 900 IN SOA ns.parent. host. 1 7200 3600 1209600 900
                parent. 86400 IN NS ns.parent.
                ns.parent. 86400 IN A 192.0.2.1
                child.parent. 3600 IN NS ns.child.parent.
                ns.child.parent. 3600 IN A 192.0.2.2
                """
                    + besideDs
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
                *.wild.child.parent. 600 IN A 192.0.2.81
                *.alias.child.parent. 600 IN CNAME www.child.parent.
                """))
        .behaving(zones::sign);
    TrustAnchor anchor = zones.anchor(".");
    net.validating(new ValidationSettings(Mode.ON, List.of(anchor), List.of(), true));
  }

  @AfterEach
  void end() {
    net.close();
  }

  private int ask(String name, int type) {
    return net.client().resolve(SimulatedClient.queryWithDo(name, type)).rcode();
  }

  private void each(String server, UnaryOperator<Record> change) {
    net.server(server)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
                List<Record> records = signed.getSection(section);
                signed.removeAllRecords(section);
                records.forEach(record -> signed.addRecord(change.apply(record), section));
              }
              return signed;
            });
  }

  private static RRSIGRecord changed(RRSIGRecord rrsig, int algorithm, Name signer) {
    return new RRSIGRecord(
        rrsig.getName(),
        rrsig.getDClass(),
        rrsig.getTTL(),
        rrsig.getTypeCovered(),
        algorithm,
        rrsig.getOrigTTL(),
        rrsig.getExpire(),
        rrsig.getTimeSigned(),
        rrsig.getFootprint(),
        signer,
        rrsig.getSignature());
  }

  /** A denial that consists of what another zone has signed. */
  private static Message denial(Message query, List<Record> records) {
    Message denial = new Message(query.getHeader().getID());
    denial.getHeader().setFlag(Flags.QR);
    denial.getHeader().setFlag(Flags.AA);
    denial.addRecord(query.getQuestion(), Section.QUESTION);
    records.forEach(record -> denial.addRecord(record, Section.AUTHORITY));
    return denial;
  }

  /** What the child's server has to say in its authority section. */
  private List<Record> childsOwn(String name, int type) {
    byte[] query = SimulatedClient.query(name, type).toWire();
    byte[] said = Objects.requireNonNull(net.server(CHILD).answer(query, Transport.TCP));
    try {
      return new Message(said).getSection(Section.AUTHORITY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void allIsSecureIfNobodyInterferes() {
    assertThat(ask("www.child.parent.", Type.A)).isEqualTo(Rcode.NOERROR);
    assertThat(ask("a.alias.child.parent.", Type.A)).isEqualTo(Rcode.NOERROR);
    assertThat(ask("a.wild.child.parent.", Type.MX)).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void aWildcardAliasNeedsProofThatNothingIsCloser() { // CVE-2026-52686
    net.server(CHILD)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              signed.removeAllRecords(Section.AUTHORITY);
              return signed;
            });

    assertThat(ask("a.alias.child.parent.", Type.A)).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void aDenialMadeFromAWildcardDeniesNothing() { // RFC 4035 §5.4
    each(
        CHILD,
        record -> {
          boolean denies =
              record.getType() == Type.NSEC
                  || (record instanceof RRSIGRecord rrsig && rrsig.getTypeCovered() == Type.NSEC);
          return denies && record.getName().isWild()
              ? record.withName(Name.fromConstantString("a.wild.child.parent."))
              : record;
        });

    assertThat(ask("a.wild.child.parent.", Type.MX)).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void theGrandparentDeniesNoDs() {
    net.server(PARENT)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              if (query.getQuestion().getType() != Type.DS) {
                return signed;
              }
              Message said = denial(query, List.of());
              zones.parents(Name.fromConstantString("parent."), said);
              return said;
            });

    assertThat(ask("www.child.parent.", Type.A)).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void theChildDeniesNothingOfItsParent() { // CVE-2026-13321
    Name host = Name.fromConstantString("ns.parent.");
    Name parent = Name.fromConstantString("parent.");
    Record soa = new SOARecord(parent, DClass.IN, 900, host, host, 1, 7200, 3600, 1209600, 900);
    Record nsec =
        new NSECRecord(
            Name.fromConstantString("child.parent."),
            DClass.IN,
            300,
            Name.fromConstantString("below.ns.parent."),
            new int[] {Type.A});
    List<Record> said = new ArrayList<>(zones.signed("parent.", soa));
    said.addAll(zones.signed("child.parent.", nsec));
    net.server(PARENT)
        .behaving(
            (query, response) ->
                query.getQuestion().getName().equals(host)
                    ? denial(query, said)
                    : zones.sign(query, response));

    assertThat(ask("ns.parent.", Type.A)).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void theChildDeniesNoDsOfItsOwn() { // RFC 6840 §4.4
    net.server(PARENT)
        .behaving(
            (query, response) -> {
              if (query.getQuestion().getType() != Type.DS) {
                return zones.sign(query, response);
              }
              return denial(query, childsOwn("child.parent.", Type.MX));
            });

    assertThat(ask("www.child.parent.", Type.A)).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void anUnknownAlgorithmBesideAKnownOneMakesNothingInsecure() { // RFC 6840 §5.11
    plant("child.parent. 3600 IN DS 1 253 2 " + "00".repeat(32) + "\n");
    each(
        CHILD,
        record ->
            record instanceof RRSIGRecord rrsig && rrsig.getTypeCovered() == Type.A
                ? changed(rrsig, 253, rrsig.getSigner())
                : record);

    assertThat(ask("www.child.parent.", Type.A)).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void recursionForAZoneIsNoReasonToTrustIt() {
    net.route("child.parent.", RouteSettings.Mode.RECURSIVE, CHILD, false);
    net.server(PARENT)
        .behaving(
            (query, response) ->
                query.getQuestion().getType() == Type.DS
                    ? denial(query, List.of())
                    : zones.sign(query, response));

    assertThat(ask("www.child.parent.", Type.A)).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void aSignerBesideTheNameSignsNothing() {
    each(
        CHILD,
        record ->
            record instanceof RRSIGRecord rrsig && rrsig.getTypeCovered() == Type.A
                ? changed(rrsig, rrsig.getAlgorithm(), Name.fromConstantString("www.child.parent."))
                : record);

    assertThat(ask("www.child.parent.", Type.A)).isEqualTo(Rcode.SERVFAIL);
  }
}
