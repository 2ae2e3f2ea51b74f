package dev.namewell.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.wire.ResponseScrubber.Complete;
import dev.namewell.core.wire.ResponseScrubber.Dangling;
import dev.namewell.core.wire.ResponseScrubber.Lame;
import dev.namewell.core.wire.ResponseScrubber.Scrubbed;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

class ResponseScrubberTest {
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
      try (Master master =
          new Master(new ByteArrayInputStream(line.substring(space + 1).getBytes(UTF_8)))) {
        message.addRecord(master.nextRecord(), section);
      }
    }
    return message;
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
}
