package dev.namewell.core.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.fake.Messages;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Rdata as it is signed: in two letter cases it is the same where the names in it are folded. */
class CanonicalRdataTest {
  private static Record record(String rdata, String one, String other) {
    return Messages.record("example. 300 IN " + rdata.replace("$1", one).replace("$2", other));
  }

  private static byte[] canonical(Record record) {
    return CanonicalRdata.of(record.getType(), octets(record));
  }

  private static byte[] octets(Record record) {
    byte[] wire = record.toWire(Section.ANSWER);
    int owner = record.getName().length();
    return Arrays.copyOfRange(wire, owner + 10, wire.length);
  }

  /** RFC 4034 §6.2, and RFC 6840 §5.1, which takes NSEC from it and keeps RRSIG. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "NS $1",
        "MD $1",
        "MF $1",
        "CNAME $1",
        "SOA $1 $2 1 7200 3600 1209600 300",
        "MB $1",
        "MG $1",
        "MR $1",
        "PTR $1",
        "MINFO $1 $2",
        "MX 10 $1",
        "RP $1 $2",
        "AFSDB 1 $1",
        "RT 10 $1",
        "SIG MX 13 1 300 20300101000000 20200101000000 4711 $1 QUJD",
        "PX 10 $1 $2",
        "NXT $1 A MX",
        "SRV 1 2 53 $1",
        "NAPTR 1 2 \"U\" \"E2U+SIP\" \"!^.*$!SIP:A@EXAMPLE!\" $1",
        "KX 10 $1",
        "A6 60 ::1 $1",
        "DNAME $1",
        "RRSIG MX 13 1 300 20300101000000 20200101000000 4711 $1 QUJD",
      })
  void namesAreInLowerCase(String rdata) {
    Record lower = record(rdata, "a.example.", "b.example.");
    Record upper = record(rdata, "A.Example.", "B.EXAMPLE.");

    assertThat(octets(upper)).isNotEqualTo(octets(lower));
    assertThat(canonical(upper)).isEqualTo(octets(lower));
    assertThat(canonical(lower)).isEqualTo(octets(lower));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NSEC $1 A MX",
        "TXT $1",
        "HINFO $1 $2",
        "A6 0 2001:DB8::1",
        "SVCB 1 $1 alpn=H2",
        "HTTPS 1 $1",
      })
  void allElseIsAsItCame(String rdata) {
    Record upper = record(rdata, "A.Example.", "B.EXAMPLE.");

    assertThat(canonical(upper)).isEqualTo(octets(upper));
  }
}
