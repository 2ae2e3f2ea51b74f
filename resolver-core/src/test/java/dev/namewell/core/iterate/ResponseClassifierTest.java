package dev.namewell.core.iterate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.iterate.Classified.Answered;
import dev.namewell.core.iterate.Classified.Denial;
import dev.namewell.core.iterate.Classified.Referred;
import dev.namewell.core.wire.Response;
import dev.namewell.core.wire.ResponseReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A parent that answers a question for DS with a referral (RFC 4035 §3.1.4.1). */
class ResponseClassifierTest {
  private static final DnsName COM = DnsName.parse("com.");
  private static final String NS = "shop.com. 3600 IN NS ns.shop.com.\n";
  private static final String DS =
      "shop.com. 900 IN DS 1 13 2 " + "ab".repeat(32) + "\n" + signature("DS");
  private static final String NSEC =
      "shop.com. 300 IN NSEC shot.com. NS RRSIG NSEC\n" + signature("NSEC");

  private static String signature(String type) {
    return "shop.com. 300 IN RRSIG %s 13 2 300 20260401000000 20260301000000 7 com. q80=\n"
        .formatted(type);
  }

  private static Classified classify(String name, int type, String authority) {
    Question question = new Question(DnsName.parse(name), type, RecordClass.IN, true, false);
    byte[] text = authority.getBytes(StandardCharsets.US_ASCII);
    try (Master master = new Master(new ByteArrayInputStream(text))) {
      Message message =
          Message.newQuery(Record.newRecord(Name.fromString(name), type, RecordClass.IN));
      message.getHeader().unsetFlag(Flags.RD);
      message.getHeader().setFlag(Flags.QR);
      for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
        message.addRecord(record, Section.AUTHORITY);
      }
      Response response = (Response) ResponseReader.read(message.toWire());
      return ResponseClassifier.classify(response, COM, question);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Answered aboutDs(String authority) {
    return (Answered) classify("shop.com.", RecordType.DS, authority);
  }

  @Test
  void theDsThatComesWithTheReferralIsTheAnswer() {
    Rrset ds = Objects.requireNonNull(aboutDs(NS + DS).rrset());

    assertThat(ds.type()).isEqualTo(RecordType.DS);
    assertThat(ds.rdatas()).hasSize(1);
    assertThat(ds.signatures()).hasSize(1);
    assertThat(aboutDs(NS + DS).denial()).isNull();
  }

  @Test
  void theProofThatThereIsNoneIsADenialWithIt() {
    Answered answered = aboutDs(NS + NSEC);
    Denial denial = Objects.requireNonNull(answered.denial());

    assertThat(answered.rrset()).isNull();
    assertThat(denial.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(denial.authority())
        .singleElement()
        .satisfies(
            rrset -> {
              assertThat(rrset.type()).isEqualTo(RecordType.NSEC);
              assertThat(rrset.signatures()).hasSize(1);
            });
    assertThat(answered.isBareDenial()).isFalse();
  }

  @Test
  void withNeitherItIsADenialThatProvesNothingAndIsHardlyKept() {
    Answered answered = aboutDs(NS);

    assertThat(answered.isBareDenial()).isTrue();
    assertThat(Objects.requireNonNull(answered.denial()).ttlSeconds()).isLessThanOrEqualTo(5);
  }

  @Test
  void aReferralAboveTheNameIsFollowedForDsToo() {
    assertThat(classify("www.shop.com.", RecordType.DS, NS + NSEC)).isInstanceOf(Referred.class);
  }

  @Test
  void anyOtherTypeIsReferred() {
    assertThat(classify("shop.com.", RecordType.A, NS + DS)).isInstanceOf(Referred.class);
  }
}
