package dev.namewell.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.wire.ResponseScrubber.Complete;
import dev.namewell.core.wire.ResponseScrubber.Dangling;
import dev.namewell.core.wire.ResponseScrubber.Lame;
import dev.namewell.core.wire.ResponseScrubber.Scrubbed;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

class ResponseScrubberTest {
  private static final int YXDOMAIN = Rcode.YXDOMAIN;
  private static final Question A_QUESTION =
      Question.of(DnsName.parse("www.example.com."), RecordType.A);
  private static final String SOA =
      "example.com. 900 SOA ns.example.com. host.example.com. 1 7200 3600 86400 300";

  /** A response to a question from lines "section record", made by dnsjava. */
  private static Message response(Question question, int rcode, String... lines) throws Exception {
    Message message = new Message(0);
    message.getHeader().setFlag(Flags.QR);
    message.getHeader().setRcode(rcode);
    Name name = Name.fromString(question.name().toString());
    message.addRecord(Record.newRecord(name, question.type(), 1), Section.QUESTION);
    for (String line : lines) {
      int space = line.indexOf(' ');
      int section =
          switch (line.substring(0, space)) {
            case "an" -> Section.ANSWER;
            case "au" -> Section.AUTHORITY;
            default -> Section.ADDITIONAL;
          };
      message.addRecord(record(line.substring(space + 1)), section);
    }
    return message;
  }

  private static Record record(String line) throws Exception {
    try (Master master = new Master(new ByteArrayInputStream(line.getBytes(UTF_8)))) {
      return master.nextRecord();
    }
  }

  private static Scrubbed scrub(Question question, int rcode, String... lines) throws Exception {
    ParsedResponse parsed = ResponseReader.read(response(question, rcode, lines).toWire());
    assertThat(parsed).isInstanceOf(Response.class);
    return ResponseScrubber.scrub((Response) parsed, question);
  }

  private static List<String> records(Answer answer, int section) throws Exception {
    return new Message(answer.message())
        .getSection(section).stream().map(r -> r.toString().replaceAll("\\s+", " ")).toList();
  }

  private static Answer complete(Scrubbed scrubbed) {
    assertThat(scrubbed).isInstanceOf(Complete.class);
    return ((Complete) scrubbed).answer();
  }

  @Test
  void keepsTheAnswerAndDropsAuthorityAndAdditional() throws Exception {
    Answer answer =
        complete(
            scrub(
                A_QUESTION,
                0,
                "an www.example.com. 300 A 192.0.2.1",
                "an www.example.com. 200 A 192.0.2.2",
                "au example.com. 900 NS ns.example.com.",
                "ad ns.example.com. 900 A 192.0.2.53"));

    assertThat(records(answer, Section.ANSWER))
        .containsExactly(
            "www.example.com. 300 IN A 192.0.2.1", "www.example.com. 200 IN A 192.0.2.2");
    assertThat(records(answer, Section.AUTHORITY)).isEmpty();
    assertThat(records(answer, Section.ADDITIONAL)).isEmpty();
    assertThat(answer.ttlSeconds()).isEqualTo(200);
    assertThat(answer.isNegative()).isFalse();
  }

  @Test
  void dropsRecordsNobodyAskedForInBetween() throws Exception {
    Answer answer =
        complete(
            scrub(
                A_QUESTION,
                0,
                "an victim.example. 9999 A 203.0.113.1",
                "an www.example.com. 300 CNAME web.example.net.",
                "an www.bank.example. 300 A 203.0.113.1",
                "an web.example.net. 60 A 192.0.2.1"));

    assertThat(records(answer, Section.ANSWER))
        .containsExactly(
            "www.example.com. 300 IN CNAME web.example.net.", "web.example.net. 60 IN A 192.0.2.1");
    assertThat(answer.ttlSeconds()).isEqualTo(60);
    for (int offset : answer.ttlOffsets()) {
      assertThat(Octets.u32(answer.message(), offset)).isIn(300L, 60L);
    }
  }

  @Test
  void negativeTtlIsTheLesserOfSoaTtlAndMinimum() throws Exception {
    Answer nxdomain = complete(scrub(A_QUESTION, 3, "au " + SOA));

    assertThat(nxdomain.ttlSeconds()).isEqualTo(300);
    assertThat(nxdomain.isNegative()).isTrue();
    assertThat(records(nxdomain, Section.AUTHORITY)).hasSize(1);

    Answer noData = complete(scrub(A_QUESTION, 0, "au " + SOA.replace(" 300", " 86400")));
    assertThat(noData.ttlSeconds()).isEqualTo(900);
    assertThat(noData.isNegative()).isTrue();
  }

  @Test
  void noDataWithoutSoaLivesFiveSeconds() throws Exception {
    assertThat(complete(scrub(A_QUESTION, 0)).ttlSeconds()).isEqualTo(5);
  }

  @Test
  void aSoaOfAnotherZoneIsNotTaken() throws Exception {
    Answer answer = complete(scrub(A_QUESTION, 3, "au other.test. 900 SOA a. b. 1 2 3 4 86400"));

    assertThat(answer.ttlSeconds()).isEqualTo(5);
    assertThat(records(answer, Section.AUTHORITY)).isEmpty();
  }

  @Test
  void anAliasWithoutItsTargetDangles() throws Exception {
    Scrubbed scrubbed = scrub(A_QUESTION, 0, "an www.example.com. 300 CNAME web.example.net.");

    assertThat(scrubbed).isInstanceOf(Dangling.class);
    assertThat(((Dangling) scrubbed).target()).isEqualTo(DnsName.parse("web.example.net."));
  }

  @Test
  void theProofOfAWildcardStaysWithAnAliasThatDangles() throws Exception { // RFC 4035 §3.1.3.3
    Question question =
        new Question(A_QUESTION.name(), RecordType.A, A_QUESTION.recordClass(), true, true);
    Scrubbed scrubbed =
        scrub(
            question,
            0,
            "an www.example.com. 300 CNAME web.example.net.",
            "au a.example.com. 300 NSEC z.example.com. A",
            "au example.com. 300 NS ns.example.com.");

    assertThat(records(((Dangling) scrubbed).aliases(), Section.AUTHORITY))
        .containsExactly("a.example.com. 300 IN NSEC z.example.com. A");
  }

  @Test
  void nxdomainBehindAnAliasIsThatOfItsTarget() throws Exception {
    Answer answer =
        complete(
            scrub(A_QUESTION, 3, "an www.example.com. 100 CNAME gone.example.com.", "au " + SOA));

    assertThat(answer.rcode()).isEqualTo(3);
    assertThat(answer.ttlSeconds()).isEqualTo(100);
    assertThat(answer.answerCount()).isEqualTo(1);
    assertThat(answer.authorityCount()).isEqualTo(1);
  }

  @Test
  void aliasLoopsAreLame() throws Exception {
    assertThat(
            scrub(
                A_QUESTION,
                0,
                "an www.example.com. 300 CNAME b.example.com.",
                "an b.example.com. 300 CNAME www.example.com."))
        .isInstanceOf(Lame.class);
  }

  @Test
  void referralsAreLame() throws Exception {
    assertThat(scrub(A_QUESTION, 0, "au example.com. 900 NS ns.example.com."))
        .isInstanceOf(Lame.class);
  }

  @Test
  void aDnameBringsItsCname() throws Exception {
    Answer answer =
        complete(
            scrub(
                A_QUESTION,
                0,
                "an example.com. 300 DNAME example.net.",
                "an www.example.com. 0 CNAME www.example.net.",
                "an www.example.net. 300 A 192.0.2.1"));

    assertThat(answer.answerCount()).isEqualTo(3);
  }

  @Test
  void yxdomainNeedsTheDnameThatMadeTheNameTooLong() throws Exception { // RFC 6672 §2.2
    assertThat(
            complete(scrub(A_QUESTION, YXDOMAIN, "an example.com. 9 DNAME long.example.")).rcode())
        .isEqualTo(YXDOMAIN);
    assertThat(scrub(A_QUESTION, YXDOMAIN, "an www.example.com. 9 A 192.0.2.1"))
        .isInstanceOf(ResponseScrubber.Lame.class);
    assertThat(scrub(A_QUESTION, YXDOMAIN, "au " + SOA)).isInstanceOf(ResponseScrubber.Lame.class);
  }

  @Test
  void theAnswerIsInLowerCaseAndWithoutId() throws Exception {
    Message message = response(A_QUESTION, 0, "an www.example.com. 300 A 192.0.2.1");
    byte[] wire = message.toWire();
    Octets.put16(wire, 0, 0x1234);
    wire[13] = 'W';
    Answer answer =
        complete(ResponseScrubber.scrub((Response) ResponseReader.read(wire), A_QUESTION));

    assertThat(Octets.u16(answer.message(), 0)).isZero();
    assertThat(answer.message()[13]).isEqualTo((byte) 'w');
  }

  @Test
  void denialRecordsAreKeptForValidatorsOnly() throws Exception {
    String[] lines = {
      "au " + SOA, "au example.com. 300 NSEC z.example.com. A NS SOA", "au x.com. 3 NS y.com."
    };
    Question signed = new Question(A_QUESTION.name(), RecordType.A, 1, true, false);

    assertThat(complete(scrub(A_QUESTION, 3, lines)).authorityCount()).isEqualTo(1);
    assertThat(complete(scrub(signed, 3, lines)).authorityCount()).isEqualTo(2);
  }

  @Test
  void namesThatGrowBeyondAMessageWhenWrittenOutAreNotCutSilently() throws Exception {
    String target = ("x".repeat(60) + ".").repeat(4);
    Message message = response(Question.of(A_QUESTION.name(), RecordType.MX), 0);
    message.addRecord(record("other.example. 9 MX 1 " + target), Section.ANSWER);
    for (int i = 0; i < 1000; i++) {
      message.addRecord(record("www.example.com. 9 MX " + i + " " + target), Section.ANSWER);
    }
    Response response = (Response) ResponseReader.read(message.toWire());

    assertThat(response.answer()).hasSize(1001);
    assertThat(ResponseScrubber.scrub(response, Question.of(A_QUESTION.name(), RecordType.MX)))
        .isInstanceOf(Lame.class);
  }

  @Test
  void anOptRecordOutsideTheAdditionalSectionIsMalformed() throws Exception {
    Message message = response(A_QUESTION, 0, "an www.example.com. 9 A 192.0.2.1");
    message.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
    byte[] octets = message.toWire();
    assertThat(ResponseReader.read(octets)).isInstanceOf(Response.class);
    Octets.put16(octets, 8, 1);
    Octets.put16(octets, 10, 0);

    assertThat(ResponseReader.read(octets)).isInstanceOf(ParsedResponse.Malformed.class);
  }

  /** Aged by a second, the TTL would say another name. */
  @Test
  void aNameThatStandsInATtlIsWrittenOut() throws Exception {
    Message message =
        response(A_QUESTION, 0, "an www.example.com. 9 CNAME x.", "an x. 21498112 A 192.0.2.1");
    byte[] octets = message.toWire();
    int rdataOfAlias = A_QUESTION.name().length() + 16 + 12;
    int ttl = rdataOfAlias + 3 + 3 + 4;
    Octets.put32(octets, ttl, 0x01780000);
    byte[] third = {(byte) 0xc0, (byte) ttl, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1};
    byte[] whole = Arrays.copyOf(octets, octets.length + third.length);
    System.arraycopy(third, 0, whole, octets.length, third.length);
    Octets.put16(whole, 6, 3);

    Response response = (Response) ResponseReader.read(whole);
    Answer answer = complete(ResponseScrubber.scrub(response, A_QUESTION));

    assertThat(response.strayPointers()).isTrue();
    for (int offset : answer.ttlOffsets()) {
      Octets.put32(answer.message(), offset, 1);
    }
    assertThat(records(answer, Section.ANSWER))
        .containsExactly(
            "www.example.com. 1 IN CNAME x.", "x. 1 IN A 192.0.2.1", "x. 1 IN A 10.0.0.1");
  }

  @Test
  void aNameThatReachesBeyondItsPointerIsMalformed() throws Exception {
    byte[] octets = response(A_QUESTION, 0, "an www.example.com. 9 A 2.97.98.0").toWire();
    int owner = 12 + A_QUESTION.name().length() + 4;
    byte[] second = {(byte) 0xc0, (byte) (owner + 12), 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 0, 0, 0, 0};
    byte[] whole = Arrays.copyOf(octets, octets.length + second.length);
    System.arraycopy(second, 0, whole, octets.length, second.length);
    Octets.put16(whole, 6, 2);
    assertThat(whole[owner + 12]).as("a label").isEqualTo((byte) 2);
    assertThat(ResponseReader.read(whole)).isInstanceOf(Response.class);
    whole[owner + 12] = 9;

    assertThat(ResponseReader.read(whole)).isInstanceOf(ParsedResponse.Malformed.class);
  }

  @Test
  void aSoaRecordThatEndsBehindItsFirstNameIsMalformed() throws Exception {
    byte[] octets = response(A_QUESTION, 0, "an www.example.com. 9 CNAME x.").toWire();
    assertThat(ResponseReader.read(octets)).isInstanceOf(Response.class);
    Octets.put16(octets, A_QUESTION.name().length() + 16 + 2, RecordType.SOA);

    assertThat(ResponseReader.read(octets)).isInstanceOf(ParsedResponse.Malformed.class);
  }

  @Test
  void aNameOfHundredsOfPointersIsMalformed() throws Exception { // compression bombs
    byte[] octets = response(A_QUESTION, 0, "an www.example.com. 9 A 192.0.2.1").toWire();
    int chain = 200;
    byte[] whole = Arrays.copyOf(octets, octets.length + 12 + 2 * chain + 15);
    int at = octets.length;
    Octets.put16(whole, at + 1, 65_280); // rdata of no form
    Octets.put16(whole, at + 3, 1);
    Octets.put16(whole, at + 9, 1 + 2 * chain);
    at += 12;
    for (int i = 0; i < chain; i++) {
      int before = i == 0 ? at - 1 : at - 2;
      Octets.put16(whole, at, 0xc000 | before);
      at += 2;
    }
    Octets.put16(whole, at, 0xc000 | octets.length + 11);
    Octets.put16(whole, at + 2, RecordType.A);
    Octets.put16(whole, at + 4, 1);
    Octets.put16(whole, at + 10, 4);
    whole = Arrays.copyOf(whole, at + 16);
    Octets.put16(whole, 6, 3);
    assertThat(ResponseReader.read(whole)).isInstanceOf(Response.class);
    Octets.put16(whole, at, 0xc000 | at - 2);

    assertThat(ResponseReader.read(whole)).isInstanceOf(ParsedResponse.Malformed.class);
  }
}
