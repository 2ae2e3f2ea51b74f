package dev.namewell.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.fake.Messages;
import dev.namewell.core.wire.ParsedResponse.Malformed;
import dev.namewell.core.wire.ResponseScrubber.Complete;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Names that servers have compressed in rdata (RFC 1035 §4.1.4, RFC 3597 §4). */
class RdataNamesTest {
  private static final String QNAME = "www.example.";

  /** Where the question's second label stands. */
  private static final byte[] EXAMPLE = {(byte) 0xc0, 16};

  private static final byte[] EXAMPLE_IN_FULL = {7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0};
  private static final byte[] QNAME_POINTER = {(byte) 0xc0, 12};

  static Stream<String> compressed() {
    return Stream.of(
        "NS a.example.",
        "MD a.example.",
        "MF a.example.",
        "CNAME a.example.",
        "SOA a.example. b.example. 1 7200 3600 1209600 300",
        "MB a.example.",
        "MG a.example.",
        "MR a.example.",
        "PTR a.example.",
        "MINFO a.example. b.example.",
        "MX 10 a.example.",
        "RP a.example. b.example.",
        "AFSDB 1 a.example.",
        "RT 10 a.example.",
        "SIG MX 13 1 300 20300101000000 20200101000000 4711 a.example. QUJD",
        "PX 10 a.example. b.example.",
        "NXT a.example. A MX",
        "SRV 1 2 53 a.example.",
        "NAPTR 1 2 \"U\" \"E2U+sip\" \"!^.*$!sip:a@example!\" a.example.",
        "DNAME a.example.");
  }

  private static Record record(String rdata) {
    return Messages.record(QNAME + " 300 IN " + rdata);
  }

  private static byte[] octets(Record record) {
    byte[] wire = record.toWire(Section.ANSWER);
    return Arrays.copyOfRange(wire, record.getName().length() + 10, wire.length);
  }

  /** The same rdata with pointers to the question wherever that ends a name in it. */
  private static byte[] compressed(byte[] rdata) {
    ByteBuffer shorter = ByteBuffer.allocate(rdata.length);
    for (int at = 0; at < rdata.length; ) {
      int end = at + EXAMPLE_IN_FULL.length;
      if (end <= rdata.length
          && Arrays.equals(rdata, at, end, EXAMPLE_IN_FULL, 0, EXAMPLE_IN_FULL.length)) {
        shorter.put(EXAMPLE);
        at = end;
      } else {
        shorter.put(rdata[at++]);
      }
    }
    return Arrays.copyOf(shorter.array(), shorter.position());
  }

  /** An answer with a record that nobody asked for, and one of this rdata. */
  private static byte[] message(int type, byte[] rdata) {
    byte[] qname = DnsName.parse(QNAME).wire();
    ByteBuffer message = ByteBuffer.allocate(512);
    message.putShort((short) 0).putShort((short) 0x8400);
    message.putShort((short) 1).putShort((short) 2).putInt(0);
    message.put(qname).putShort((short) type).putShort((short) 1);
    put(message, RecordType.TXT, new byte[] {3, 'a', 'b', 'c'});
    put(message, type, rdata);
    return Arrays.copyOf(message.array(), message.position());
  }

  private static void put(ByteBuffer message, int type, byte[] rdata) {
    message.put(QNAME_POINTER).putShort((short) type).putShort((short) 1).putInt(300);
    message.putShort((short) rdata.length).put(rdata);
  }

  private static Response read(byte[] message) {
    return (Response) ResponseReader.read(message);
  }

  @ParameterizedTest
  @MethodSource("compressed")
  void areWrittenOutInRdata(String text) {
    Record record = record(text);
    byte[] octets = octets(record);
    byte[] shorter = compressed(octets);
    assertThat(shorter.length).isLessThan(octets.length);

    Response response = read(message(record.getType(), shorter));

    assertThat(response.rdata(response.answer().getLast())).isEqualTo(octets);
    assertThat(response.strayPointers()).isFalse();
  }

  /** The record that nobody asked for makes those behind it move. */
  @ParameterizedTest
  @MethodSource("compressed")
  void areTheSameWhereTheRecordIsMoved(String text) {
    Record record = record(text);
    Response response = read(message(record.getType(), compressed(octets(record))));
    Question question = Question.of(DnsName.parse(QNAME), record.getType());

    Answer answer = ((Complete) ResponseScrubber.scrub(response, question)).answer();

    assertThat(Messages.texts(answer, Section.ANSWER))
        .containsExactly(QNAME + " 300 " + record.rdataToString());
  }

  @ParameterizedTest
  @MethodSource("compressed")
  void rdataThatEndsWithinANameIsMalformed(String text) {
    Record record = record(text);
    byte[] octets = octets(record);
    int name = indexOf(octets, EXAMPLE_IN_FULL);

    for (int length = 0; length < name + 3; length++) {
      assertThat(ResponseReader.read(message(record.getType(), Arrays.copyOf(octets, length))))
          .as("%d octets", length)
          .isInstanceOf(Malformed.class);
    }
  }

  private static int indexOf(byte[] octets, byte[] part) {
    int at = 0;
    while (!Arrays.equals(octets, at, at + part.length, part, 0, part.length)) {
      at++;
    }
    return at;
  }

  @ParameterizedTest
  @MethodSource("compressed")
  void octetsBehindTheLastNameAreMalformedWhereThereShouldBeNone(String text) {
    Record record = record(text);
    byte[] octets = octets(record);
    List<Integer> open = List.of(Type.SIG, Type.NXT);

    ParsedResponse read =
        ResponseReader.read(message(record.getType(), Arrays.copyOf(octets, octets.length + 1)));

    assertThat(read)
        .isInstanceOf(open.contains(record.getType()) ? Response.class : Malformed.class);
  }

  /** Senders must not compress them, and what looks like a pointer may be none (RFC 3597 §4). */
  @ParameterizedTest
  @ValueSource(ints = {Type.KX, Type.RRSIG, Type.NSEC, Type.SVCB, 65280})
  void rdataOfOtherTypesIsAsItCame(int type) {
    byte[] rdata = {0, 10, 1, 'a', (byte) 0xc0, 16};
    Response response = read(message(type, rdata));

    assertThat(response.rdata(response.answer().getLast())).isEqualTo(rdata);
  }

  @Test
  void aPointerFromThereToATtlIsNoName() {
    byte[] ttl = {(byte) 0xc0, (byte) (12 + QNAME.length() + 1 + 4 + 2 + 4)};

    assertThat(read(message(Type.MB, ttl)).strayPointers()).isTrue();
  }
}
