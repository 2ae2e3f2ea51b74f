package dev.namewell.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.wire.Query.Form;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class QueryTest {
  private final Query query = new Query();

  private Form read(byte[] packet) {
    return query.read(packet, packet.length);
  }

  private static byte[] plain(String name, int type) {
    return QueryWriter.write(Question.of(DnsName.parse(name), type), true, null);
  }

  private static byte[] withEdns(String name) {
    return QueryWriter.write(
        Question.of(DnsName.parse(name), RecordType.A),
        true,
        new QueryWriter.OutgoingEdns(1400, new byte[8], false));
  }

  @Test
  void readsAPlainQuery() {
    byte[] packet = plain("www.example.com", RecordType.AAAA);
    Octets.put16(packet, 0, 0xbeef);

    assertThat(read(packet)).isEqualTo(Form.WELL_FORMED);
    assertThat(query.id()).isEqualTo(0xbeef);
    assertThat(query.recursionDesired()).isTrue();
    assertThat(query.question())
        .isEqualTo(Question.of(DnsName.parse("www.example.com."), RecordType.AAAA));
    assertThat(query.udpPayloadSize()).isEqualTo(512);
  }

  @Test
  void letterCaseMakesNoDifferenceToTheHashButIsKept() {
    byte[] lower = plain("www.example.com", RecordType.A);
    read(lower);
    int hash = query.hash();
    read(QueryWriter.withLetterCase(lower, -1L));

    assertThat(query.hash()).isEqualTo(hash);
    assertThat(query.toString()).startsWith("WWW.EXAMPLE.COM.");
    assertThat(query.question().name()).hasToString("www.example.com.");
  }

  @Test
  void hashOfAQuestionIsThatOfItsQuery() {
    read(withEdns("a-much-longer-name-than-eight-octets.example"));

    assertThat(Query.hash(query.question())).isEqualTo(query.hash());
  }

  @Test
  void typeClassDoAndCdMakeAnotherHash() {
    Question question = Question.of(DnsName.parse("example."), RecordType.A);
    int hash = Query.hash(question);

    assertThat(Query.hash(Question.of(question.name(), RecordType.NS))).isNotEqualTo(hash);
    assertThat(Query.hash(new Question(question.name(), 1, 3, false, false))).isNotEqualTo(hash);
    assertThat(Query.hash(new Question(question.name(), 1, 1, true, false))).isNotEqualTo(hash);
    assertThat(Query.hash(new Question(question.name(), 1, 1, false, true))).isNotEqualTo(hash);
  }

  @Test
  void readsEdns() {
    assertThat(read(withEdns("example."))).isEqualTo(Form.WELL_FORMED);
    assertThat(query.hasEdns()).isTrue();
    assertThat(query.udpPayloadSize()).isEqualTo(1400);
  }

  @Test
  void runtsAndResponsesAreToldApartFromMalformedQueries() {
    byte[] packet = plain("example.", RecordType.A);

    assertThat(query.read(packet, 11)).isEqualTo(Form.RUNT);
    assertThat(query.read(packet, 12)).isEqualTo(Form.MALFORMED);
    packet[2] |= (byte) 0x80;
    assertThat(read(packet)).isEqualTo(Form.RESPONSE);
  }

  @Test
  void otherOpcodesAreNotImplemented() {
    byte[] packet = plain("example.", RecordType.A);
    packet[2] |= 4 << 3;

    assertThat(read(packet)).isEqualTo(Form.NOT_IMPLEMENTED);
  }

  @Test
  void otherEdnsVersionsAreBadvers() {
    byte[] packet = withEdns("example.");
    packet[packet.length - 12 - 4 - 1] = 1;

    assertThat(read(packet)).isEqualTo(Form.BAD_EDNS_VERSION);
  }

  @Test
  void secondOptRecordIsMalformed() {
    byte[] packet = withEdns("example.");
    int opt = 11 + 4 + 8;
    byte[] twice = Arrays.copyOf(packet, packet.length + opt);
    System.arraycopy(packet, packet.length - opt, twice, packet.length, opt);
    Octets.put16(twice, 10, 2);

    assertThat(read(twice)).isEqualTo(Form.MALFORMED);
  }

  @Test
  void everyCutIsMalformedAndNeverThrows() {
    byte[] packet = withEdns("www.example.com");
    for (int length = 12; length < packet.length; length++) {
      assertThat(query.read(Arrays.copyOf(packet, length), length))
          .as("cut at %d", length)
          .isEqualTo(Form.MALFORMED);
    }
  }

  @Test
  void octetsBehindTheQuestionAreMalformed() {
    byte[] packet = plain("example.", RecordType.A);

    assertThat(read(Arrays.copyOf(packet, packet.length + 1))).isEqualTo(Form.MALFORMED);
  }

  @Test
  void pointersAndLongLabelsInQnameAreMalformed() {
    byte[] packet = plain("example.", RecordType.A);
    packet[12] = (byte) 0xc0;
    assertThat(read(packet)).isEqualTo(Form.MALFORMED);
    packet[12] = 64;
    assertThat(read(packet)).isEqualTo(Form.MALFORMED);
  }

  @Test
  void noneOrTwoQuestionsAreMalformed() {
    byte[] packet = plain("example.", RecordType.A);
    Octets.put16(packet, 4, 0);
    assertThat(read(packet)).isEqualTo(Form.MALFORMED);
    Octets.put16(packet, 4, 2);
    assertThat(read(packet)).isEqualTo(Form.MALFORMED);
  }

  @Test
  void aCopyOutlivesThePacket() {
    byte[] packet = withEdns("example.");
    read(packet);
    Query copy = query.copy();
    Arrays.fill(packet, (byte) 0);

    assertThat(copy.question().name()).hasToString("example.");
    assertThat(copy.hasEdns()).isTrue();
  }
}
