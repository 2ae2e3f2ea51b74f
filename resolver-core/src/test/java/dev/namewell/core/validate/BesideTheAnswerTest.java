package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.port.Events.Source;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.validate.SignedTree.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What servers put into the authority section beside what is needed there, or instead of it. */
class BesideTheAnswerTest {
  private static final String UNRELATED = "www." + SignedTree.NSEC;

  private final SignedTree tree = new SignedTree();

  @AfterEach
  void end() {
    tree.close();
  }

  /** For names within a zone cut the server speaks as if they were of the zone above it. */
  private void denyFromAbove(String above, String cut, int rcode, String... also) {
    Name within = Name.fromConstantString(cut);
    Name apex = Name.fromConstantString(above);
    SOARecord soa =
        new SOARecord(apex, 1, 900, new Name(apex, 0), apex, 1, 7200, 3600, 1_209_600, 300);
    tree.answering(
        (query, response) -> {
          Record question = query.getQuestion();
          boolean ofKeys = question.getType() == Type.DS || question.getType() == Type.DNSKEY;
          if (!question.getName().subdomain(within) || ofKeys) {
            return response;
          }
          Message denial = new Message(response.getHeader().getID());
          denial.getHeader().setFlag(Flags.QR);
          denial.getHeader().setFlag(Flags.AA);
          denial.getHeader().setRcode(rcode);
          denial.addRecord(question, Section.QUESTION);
          add(denial, tree.zones().signed(above, soa));
          add(denial, tree.zones().signed(above, tree.zones().denial(above, cut)));
          for (String name : also) {
            add(denial, tree.zones().signed(above, tree.zones().denial(above, name)));
          }
          return denial;
        });
  }

  private static void add(Message message, List<Record> authority) {
    authority.forEach(record -> message.addRecord(record, Section.AUTHORITY));
  }

  @ParameterizedTest
  @ValueSource(strings = {SignedTree.NSEC, SignedTree.NSEC3})
  void whatTheZoneAboveDeniesOfAnUnsignedZoneIsInsecure(String above) { // RFC 4035 §5.2
    denyFromAbove(above, "sub." + above, Rcode.NOERROR);

    var asked = tree.ask("www.sub." + above, Type.A);

    assertThat(SignedTree.status(asked)).isEqualTo(Status.INSECURE);
    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.answers()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {SignedTree.NSEC, SignedTree.NSEC3})
  void soIsANameThatItSaysDoesNotExist(String above) {
    denyFromAbove(above, "sub." + above, Rcode.NXDOMAIN);

    var asked = tree.ask("www.sub." + above, Type.A);

    assertThat(SignedTree.status(asked)).isEqualTo(Status.INSECURE);
    assertThat(asked.rcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @ParameterizedTest
  @ValueSource(strings = {SignedTree.NSEC, SignedTree.NSEC3})
  void whatItDeniesOfASignedZoneIsBogus(String above) { // RFC 6840 §4.1
    denyFromAbove(above, "child." + above, Rcode.NOERROR);

    assertThat(SignedTree.status(tree.ask("www.child." + above, Type.A))).isEqualTo(Status.BOGUS);
  }

  /** The zone above delegates without DS, which is why there is a trust anchor (RFC 4033 §2). */
  @ParameterizedTest
  @CsvSource({
    SignedTree.NSEC + ", 0", SignedTree.NSEC + ", 3",
    SignedTree.NSEC3 + ", 0", SignedTree.NSEC3 + ", 3",
    SignedTree.OPT_OUT + ", 0", SignedTree.OPT_OUT + ", 3"
  })
  void whatItDeniesOfAZoneWithATrustAnchorOfItsOwnIsBogus(String above, int rcode) {
    tree.anchored("child." + above);
    denyFromAbove(above, "child." + above, rcode);

    assertThat(SignedTree.status(tree.ask("www.child." + above, Type.A))).isEqualTo(Status.BOGUS);
    assertThat(SignedTree.status(tree.ask("child." + above, Type.MX))).isEqualTo(Status.BOGUS);
  }

  @ParameterizedTest
  @ValueSource(strings = {SignedTree.NSEC, SignedTree.NSEC3, SignedTree.OPT_OUT})
  void aZoneWithATrustAnchorOfItsOwnDeniesForItself(String above) {
    tree.anchored("child." + above);

    assertThat(SignedTree.status(tree.ask("no.child." + above, Type.A))).isEqualTo(Status.SECURE);
    assertThat(SignedTree.status(tree.ask("child." + above, Type.MX))).isEqualTo(Status.SECURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {SignedTree.NSEC, SignedTree.NSEC3})
  void soIsWhatItDeniesOfAnUnsignedZoneAboveThat(String above) {
    tree.anchored("island.sub." + above);
    denyFromAbove(above, "sub." + above, Rcode.NXDOMAIN);

    assertThat(SignedTree.status(tree.ask("www.island.sub." + above, Type.A)))
        .isEqualTo(Status.BOGUS);
    assertThat(SignedTree.status(tree.ask("www.sub." + above, Type.A))).isEqualTo(Status.INSECURE);
  }

  /** It says that it has no such name, which for all it knows is so. */
  @Test
  void aZoneWithATrustAnchorOfItsOwnNeedNotExistForTheOneAbove() {
    String anchored = "private.other.com.";
    String _ = tree.zones().zone(anchored, anchored + " 900 IN SOA . . 1 7200 3600 1209600 300\n");
    tree.anchored(anchored);
    denyFromAbove(SignedTree.OTHER, anchored, Rcode.NXDOMAIN, "*." + SignedTree.OTHER);

    assertThat(SignedTree.status(tree.ask("www." + anchored, Type.A))).isEqualTo(Status.BOGUS);
    assertThat(SignedTree.status(tree.ask("www.public.other.com.", Type.A)))
        .isEqualTo(Status.SECURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unsigned.com.", SignedTree.OTHER})
  void noDnameAboveATrustAnchorRenamesWhatIsBelowIt(String target) { // RFC 6672 §5.3
    String anchored = "child.nsec.com.";
    tree.anchored(anchored);
    Name owner = Name.fromConstantString(SignedTree.NSEC);
    DNAMERecord dname =
        new DNAMERecord(owner, DClass.IN, 600, Name.fromConstantString("www." + target));
    tree.answering(
        (query, response) -> {
          Record question = query.getQuestion();
          if (!question.getName().equals(Name.fromConstantString("www." + anchored))) {
            return response;
          }
          Message renamed = new Message(response.getHeader().getID());
          renamed.getHeader().setFlag(Flags.QR);
          renamed.getHeader().setFlag(Flags.AA);
          renamed.addRecord(question, Section.QUESTION);
          tree.zones()
              .signed(SignedTree.NSEC, dname)
              .forEach(record -> renamed.addRecord(record, Section.ANSWER));
          return renamed;
        });

    assertThat(SignedTree.status(tree.ask("www." + anchored, Type.A))).isEqualTo(Status.BOGUS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no.nsec.com.",
        "no.nsec3.com.",
        "lost.nsec.com.",
        "a.walias.nsec3.com.",
        "a.wild.nsec.com."
      })
  void eachRecordComesOnce(String name) { // RFC 2181 §5
    var asked = tree.ask(name, Type.A);

    assertThat(SignedTree.status(asked)).isEqualTo(Status.SECURE);
    assertThat(asked.authorities()).isNotEmpty().doesNotHaveDuplicates();
    assertThat(asked.answers()).doesNotHaveDuplicates();
  }

  /** A secondary that is late: asked again it says what is right. */
  @ParameterizedTest
  @CsvSource({
    "across.nsec.com., www.other.com.",
    "gone.moved.nsec.com., gone.other.com.",
    "nowhere.nsec.com., nowhere.nsec.com."
  })
  void aDenialThatIsWrongAtTheEndOfAnAliasIsAskedForAgain(String name, String end) {
    AtomicInteger wrong = new AtomicInteger();
    tree.answering(
        (query, response) -> {
          Name asked = query.getQuestion().getName();
          boolean meant =
              asked.equals(Name.fromConstantString(end))
                  && query.getQuestion().getType() == Type.MX;
          if (meant && wrong.getAndIncrement() == 0) {
            List<Record> authority = response.getSection(Section.AUTHORITY);
            response.removeAllRecords(Section.AUTHORITY);
            add(response, authority.stream().filter(r -> r.getType() == Type.SOA).toList());
          }
          return response;
        });

    assertThat(SignedTree.status(tree.ask(name, Type.MX))).isEqualTo(Status.SECURE);
    assertThat(wrong).hasValueGreaterThan(1);
  }

  /** With whatever is said of one name comes a denial of another, which is over soon. */
  private void bringAlong(String with, String signer) {
    Name name = Name.fromConstantString(with);
    tree.answering(
        (query, response) -> {
          if (query.getQuestion().getName().equals(name)) {
            Record other = tree.zones().denial(SignedTree.NSEC, UNRELATED);
            Record denial =
                Record.newRecord(
                    other.getName(), other.getType(), DClass.IN, 7, other.rdataToWireCanonical());
            add(response, tree.zones().signed(signer, denial));
          }
          return response;
        });
  }

  private static List<String> denied(Asked asked) {
    return asked.authorities().stream()
        .filter(record -> record.getType() == Type.NSEC)
        .map(record -> record.getName().toString())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"www.nsec.com.", "across.nsec.com.", "www.moved.nsec.com."})
  void aDenialBesideDataIsLeftOut(String name) {
    bringAlong(name, SignedTree.NSEC);

    var asked = tree.ask(name, Type.A);

    assertThat(SignedTree.status(asked)).isEqualTo(Status.SECURE);
    assertThat(asked.authorities()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "www.nsec.com., A",
    "across.nsec.com., A",
    "across.nsec.com., MX",
    "a.walias.nsec.com., A",
    "a.walias.nsec.com., MX",
    "a.wild.nsec.com., A"
  })
  void aDenialThatNothingRestsOnDoesNotShortenTheAnswer(String name, String type) {
    bringAlong(name, SignedTree.NSEC);
    Asked _ = tree.ask(name, Type.value(type));
    tree.net().world().pass(Duration.ofSeconds(60));

    var asked = tree.ask(name, Type.value(type));

    assertThat(SignedTree.status(asked)).isEqualTo(Status.SECURE);
    assertThat(tree.net().world().events().count(Source.CACHE)).as("from the cache").isEqualTo(1);
  }

  @Test
  void whatProvesAnAliasStaysWithIt() { // RFC 4035 §5.3.4
    var asked = tree.ask("a.walias." + SignedTree.NSEC, Type.MX);

    assertThat(SignedTree.status(asked)).isEqualTo(Status.SECURE);
    assertThat(denied(asked)).containsExactlyInAnyOrder("*.walias.nsec.com.", "www.other.com.");
  }

  @Test
  void whatCameProvedWithAnAliasIsPassedOnToWhoeverProvesItAgain() {
    bringAlong("across." + SignedTree.NSEC, SignedTree.NSEC);

    var asked = tree.ask("across." + SignedTree.NSEC, Type.MX);

    assertThat(SignedTree.status(asked)).isEqualTo(Status.SECURE);
    assertThat(denied(asked)).contains(UNRELATED);
  }

  @Test
  void whatProvesAnAliasSaysNothingOfAnUnsignedZoneThatItLeadsTo() {
    var asked = tree.ask("a.wout." + SignedTree.NSEC, Type.MX);

    assertThat(SignedTree.status(asked)).isEqualTo(Status.INSECURE);
    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void whatCameWithAnAliasAndIsWrongIsLeftOut() {
    bringAlong("across." + SignedTree.NSEC, SignedTree.OTHER);

    var asked = tree.ask("across." + SignedTree.NSEC, Type.MX);

    assertThat(SignedTree.status(asked)).isEqualTo(Status.SECURE);
    assertThat(denied(asked)).doesNotContain(UNRELATED);
  }

  /** The zone above a trust anchor is not signed: what it says would be beside AD, unproved. */
  @Test
  void besideAProvedDenialStandsNoSoaOfAnotherZone() { // RFC 4035 §3.2.3
    String island = "island.sub." + SignedTree.NSEC;
    Name above = Name.fromConstantString("sub." + SignedTree.NSEC);
    tree.anchored(island);
    var server = tree.net().server("192.0.2.2");
    server.zone(
        tree.zones()
            .zone(
                island,
                """
                $Z 900 IN SOA ns.$Z host. 1 7200 3600 1209600 300
                $Z 3600 IN NS ns.$Z
                ns.$Z 3600 IN A 192.0.2.2
                """
                    .replace("$Z", island)));
    server.behaving(
        (query, response) -> {
          Record question = query.getQuestion();
          if (!question.getName().subdomain(Name.fromConstantString(island))) {
            return response;
          }
          Message signed = tree.zones().sign(query, response);
          if (question.getType() == Type.MX) {
            List<Record> authority = signed.getSection(Section.AUTHORITY);
            signed.removeAllRecords(Section.AUTHORITY);
            SOARecord soa =
                new SOARecord(above, 1, 900, above, above, 1, 7200, 3600, 1_209_600, 300);
            signed.addRecord(soa, Section.AUTHORITY);
            add(signed, authority);
          }
          return signed;
        });

    var asked = tree.ask(island, Type.MX);

    assertThat(SignedTree.status(asked)).isEqualTo(Status.SECURE);
    assertThat(asked.authorities())
        .noneMatch(record -> record.getName().equals(above))
        .anyMatch(NSECRecord.class::isInstance);
  }
}
