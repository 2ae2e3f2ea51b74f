package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.validate.SignedTree.Status;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
  private final SignedTree tree = new SignedTree();

  @AfterEach
  void end() {
    tree.close();
  }

  /** For names within a zone cut the server speaks as if they were of the zone above it. */
  private void denyFromAbove(String above, String cut, int rcode) {
    Name within = Name.fromConstantString(cut);
    Name apex = Name.fromConstantString(above);
    SOARecord soa =
        new SOARecord(apex, 1, 900, new Name(apex, 0), apex, 1, 7200, 3600, 1_209_600, 300);
    tree.answering(
        (query, response) -> {
          Record question = query.getQuestion();
          if (!question.getName().subdomain(within) || question.getType() == Type.DS) {
            return response;
          }
          Message denial = new Message(response.getHeader().getID());
          denial.getHeader().setFlag(Flags.QR);
          denial.getHeader().setFlag(Flags.AA);
          denial.getHeader().setRcode(rcode);
          denial.addRecord(question, Section.QUESTION);
          add(denial, tree.zones().signed(above, soa));
          add(denial, tree.zones().signed(above, tree.zones().denial(above, cut)));
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

  private void bringAlong(String signer) {
    Name alias = Name.fromConstantString("across." + SignedTree.NSEC);
    tree.answering(
        (query, response) -> {
          if (query.getQuestion().getName().equals(alias)) {
            Record denial = tree.zones().denial(SignedTree.NSEC, "moved." + SignedTree.NSEC);
            add(response, tree.zones().signed(signer, denial));
          }
          return response;
        });
  }

  @Test
  void whatCameProvedWithAnAliasIsPassedOnToWhoeverProvesItAgain() {
    bringAlong(SignedTree.NSEC);

    var asked = tree.ask("across." + SignedTree.NSEC, Type.MX);

    assertThat(SignedTree.status(asked)).isEqualTo(Status.SECURE);
    assertThat(asked.authorities())
        .anyMatch(
            record ->
                record instanceof NSECRecord
                    && record.getName().toString().equals("moved." + SignedTree.NSEC));
  }

  @Test
  void whatCameWithAnAliasAndIsWrongIsLeftOut() {
    bringAlong(SignedTree.OTHER);

    var asked = tree.ask("across." + SignedTree.NSEC, Type.MX);

    assertThat(SignedTree.status(asked)).isEqualTo(Status.SECURE);
    assertThat(asked.authorities())
        .noneMatch(record -> record.getName().toString().equals("moved." + SignedTree.NSEC));
  }
}
