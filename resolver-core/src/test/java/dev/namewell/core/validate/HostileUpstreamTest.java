package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What the upstream of all questions may say of signed zones, and for how long it counts. */
class HostileUpstreamTest {
  private static final String UPSTREAM = "192.0.2.1";

  private final Internet net = new Internet(41);
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);

  @BeforeEach
  void plant() {
    net.server(UPSTREAM)
        .zone(
            zones.zone(
                ".",
                """
                . 86400 IN SOA a.root-servers.net. host. 1 7200 3600 1209600 900
                . 86400 IN NS a.root-servers.net.
                zone. 86400 IN NS ns.zone.
                """
                    + zones.ds("zone.")
                    + "\n"))
        .zone(
            """
            cut.zone. 900 IN SOA ns.zone. host. 1 7200 3600 1209600 300
            cut.zone. 3600 IN NS ns.zone.
            *.cut.zone. 30 IN A 192.0.2.90
            """);
    plantZone("");
    net.route(".", RouteSettings.Mode.FORWARD, UPSTREAM, false);
    net.validating(new ValidationSettings(Mode.ON, List.of(zones.anchor(".")), List.of(), false));
  }

  /** Its records last an hour and longer, what it denies a minute. */
  private void plantZone(String more) {
    net.server(UPSTREAM)
        .zone(
            zones.zone(
                "zone.",
                """
                zone. 86400 IN SOA ns.zone. host. 1 7200 3600 1209600 60
                zone. 86400 IN NS ns.zone.
                ns.zone. 86400 IN A 192.0.2.1
                www.zone. 600 IN A 192.0.2.80
                moved.zone. 600 IN DNAME zone.
                cut.zone. 86400 IN NS ns.zone.
                """
                    + more))
        .behaving(zones::sign);
  }

  @AfterEach
  void end() {
    net.close();
  }

  private Asked ask(String name, int type) {
    return net.client().resolve(SimulatedClient.queryWithDo(name, type));
  }

  /** To this question the upstream says so, of the answer section only what is left. */
  private void saying(String name, int type, int rcode, Predicate<Record> left) {
    Name meant = Name.fromConstantString(name);
    net.server(UPSTREAM)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              Record question = query.getQuestion();
              if (question.getName().equals(meant) && question.getType() == type) {
                signed.getHeader().setRcode(rcode);
                List<Record> answer = signed.getSection(Section.ANSWER);
                signed.removeAllRecords(Section.ANSWER);
                answer.stream()
                    .filter(left)
                    .forEach(record -> signed.addRecord(record, Section.ANSWER));
              }
              return signed;
            });
  }

  private static boolean isSecure(Asked asked) {
    return asked.reply().getHeader().getFlag(Flags.AD);
  }

  @Test
  void allIsSecureIfItSaysWhatIsSo() {
    assertThat(isSecure(ask("www.zone.", Type.A))).isTrue();
    assertThat(isSecure(ask("www.moved.zone.", Type.A))).isTrue();
    assertThat(isSecure(ask("www.moved.zone.", Type.MX))).isTrue();
    assertThat(isSecure(ask("www.moved.zone.", Type.CNAME))).isTrue();
    assertThat(isSecure(ask("no.zone.", Type.A))).isTrue();
  }

  @Test
  void thatThereIsNoDsCountsNoLongerThanTheZonesDenialsLast() { // RFC 9077 §3
    ask("www.zone.", Type.A);
    net.world().pass(Duration.ofMinutes(1)); // by then the trust anchor has been looked at
    assertThat(ask("a.cut.zone.", Type.A).rcode()).isEqualTo(Rcode.NOERROR);
    plantZone(new SignedZones(SimulatedTime.BEGINNING).ds("cut.zone.") + "\n");
    net.world().pass(Duration.ofSeconds(50));
    Asked meanwhile = ask("b.cut.zone.", Type.A);
    assertThat(meanwhile.rcode()).as(meanwhile.extendedText()).isEqualTo(Rcode.NOERROR);

    net.world().pass(Duration.ofSeconds(20));

    assertThat(ask("c.cut.zone.", Type.A).rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  /** The name is not too long, only without the type (RFC 6672 §2.2). */
  @Test
  void aDnameProvesNoYxdomainWhereItMakesAName() {
    saying("www.moved.zone.", Type.MX, Rcode.YXDOMAIN, record -> true);

    assertThat(ask("www.moved.zone.", Type.MX).rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @ParameterizedTest
  @ValueSource(ints = {Rcode.YXDOMAIN, Rcode.NXDOMAIN})
  void aDnamesCnameThatIsAskedForExistsWhateverTheRcodeSays(int rcode) {
    saying("www.moved.zone.", Type.CNAME, rcode, record -> record.getType() != Type.CNAME);

    assertThat(ask("www.moved.zone.", Type.CNAME).rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  /** Signed is one record, whose name may be written in either letter case (RFC 4034 §6.3). */
  @Test
  void aRecordThatComesInTwoLetterCasesIsOne() {
    net.server(UPSTREAM)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              for (Record record : List.copyOf(signed.getSection(Section.ANSWER))) {
                if (record instanceof DNAMERecord dname) {
                  Name upper =
                      Name.fromConstantString(
                          dname.getTarget().toString().toUpperCase(Locale.ROOT));
                  signed.addRecord(
                      new DNAMERecord(dname.getName(), dname.getDClass(), dname.getTTL(), upper),
                      Section.ANSWER);
                  signed
                      .getHeader()
                      .setRcode(
                          query.getQuestion().getType() == Type.DNAME
                              ? Rcode.NOERROR
                              : Rcode.YXDOMAIN);
                }
              }
              signed.getSection(Section.ANSWER).stream()
                  .filter(record -> record.getType() == Type.CNAME)
                  .toList()
                  .forEach(record -> signed.removeRecord(record, Section.ANSWER));
              return signed;
            });

    assertThat(ask("www.moved.zone.", Type.MX).rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(ask("moved.zone.", Type.DNAME).answers())
        .filteredOn(record -> record.getType() == Type.DNAME)
        .hasSize(1);
  }
}
