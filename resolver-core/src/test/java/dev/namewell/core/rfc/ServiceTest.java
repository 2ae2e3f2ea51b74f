package dev.namewell.core.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.HINFORecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSIDOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What is answered without asking anyone, and what is not answered at all. */
class ServiceTest {
  private static final String WWW = "www.example.";
  private static final int NOT_AUTHORITATIVE = 20;

  private final Scene it = new Scene(Scene.ZONE);

  @AfterEach
  void close() {
    it.close();
  }

  private Asked chaos(String name) {
    Message query =
        Message.newQuery(Record.newRecord(Name.fromConstantString(name), Type.TXT, DClass.CHAOS));
    return it.client().resolve(query);
  }

  private static String text(Asked asked) {
    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    return asked.answers().getFirst().rdataToString();
  }

  @Test
  void any_gets_one_small_record_instead_of_all() { // RFC 8482 §4.2
    Asked asked = it.resolve(WWW, Type.ANY);

    assertThat(asked.answers()).singleElement().isInstanceOf(HINFORecord.class);
    assertThat(((HINFORecord) asked.answers().getFirst()).getCPU()).isEqualTo("RFC8482");
    assertThat(it.exchanges(WWW + " ANY")).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {Type.AXFR, Type.IXFR, Type.MAILA, Type.MAILB, Type.TKEY, Type.TSIG, 128, 0})
  void meta_types_and_transfers_are_refused(int type) {
    Message query = new Message(1);
    query.getHeader().setFlag(Flags.RD);
    byte[] octets = query.toWire();
    byte[] question = Arrays.copyOf(octets, octets.length + 5);
    question[5] = 1;
    question[14] = (byte) type;
    question[16] = 1;
    Asked asked = it.client().await(it.client().ask(question, Transport.UDP));

    assertThat(asked.rcode()).isEqualTo(Rcode.REFUSED);
    assertThat(asked.took()).isZero();
  }

  @Test
  void the_version_is_told_or_hidden_as_the_operator_wants() {
    it.identity(Optional.empty(), true);
    assertThat(text(chaos("version.bind."))).contains("Namewell");
    assertThat(text(chaos("VERSION.server."))).contains("Namewell");
    assertThat(chaos("id.server.").rcode()).as("no identity").isEqualTo(Rcode.REFUSED);
  }

  @Test
  void the_identity_is_told_to_those_who_ask_for_it() { // RFC 4892, RFC 5001
    it.identity(Optional.of("ns1"), false);
    assertThat(text(chaos("id.server."))).contains("ns1");
    assertThat(text(chaos("hostname.bind."))).contains("ns1");
    assertThat(chaos("version.bind.").rcode()).isEqualTo(Rcode.REFUSED);
    Message query = SimulatedClient.query(WWW, Type.A);
    query.removeAllRecords(Section.ADDITIONAL);
    query.addRecord(new OPTRecord(1232, 0, 0, 0, new NSIDOption(new byte[0])), Section.ADDITIONAL);
    for (int i = 0; i < 2; i++) {
      Message reply = it.client().resolve(query).reply();

      assertThat(reply.getOPT().getOptions(EDNSOption.Code.NSID))
          .singleElement()
          .extracting(option -> new String(option.toWire(), 4, 3, StandardCharsets.US_ASCII))
          .isEqualTo("ns1");
    }
    assertThat(it.resolve(WWW).reply().getOPT().getOptions()).as("unasked").isEmpty();
  }

  @Test
  void other_classes_are_refused() {
    Message query =
        Message.newQuery(Record.newRecord(Name.fromConstantString(WWW), Type.A, DClass.HESIOD));

    assertThat(it.client().resolve(query).rcode()).isEqualTo(Rcode.REFUSED);
  }

  @ParameterizedTest
  @ValueSource(ints = {Opcode.IQUERY, Opcode.STATUS, Opcode.NOTIFY, Opcode.UPDATE, 6, 15})
  void other_kinds_of_query_are_not_implemented(int opcode) {
    Message query = SimulatedClient.query(WWW, Type.A);
    query.getHeader().setOpcode(opcode);
    Asked asked = it.client().resolve(query);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOTIMP);
    assertThat(asked.reply().getHeader().getOpcode()).isEqualTo(opcode);
  }

  @Test
  void another_version_of_edns_is_badvers() { // RFC 6891 §6.1.3
    Message query = SimulatedClient.query(WWW, Type.A);
    query.removeAllRecords(Section.ADDITIONAL);
    query.addRecord(new OPTRecord(1232, 0, 1), Section.ADDITIONAL);
    Asked asked = it.client().resolve(query);

    assertThat(asked.reply().getRcode()).isEqualTo(Rcode.BADVERS);
    assertThat(asked.reply().getOPT().getVersion()).isZero();
  }

  @Test
  void two_opt_records_are_a_format_error() {
    Message query = SimulatedClient.query(WWW, Type.A);
    query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);

    assertThat(it.client().resolve(query).rcode()).isEqualTo(Rcode.FORMERR);
  }

  @Test
  void without_rd_there_is_only_what_is_cached() {
    Message query = SimulatedClient.query(WWW, Type.A);
    query.getHeader().unsetFlag(Flags.RD);
    Asked before = it.client().resolve(query);
    assertThat(before.rcode()).isEqualTo(Rcode.REFUSED);
    assertThat(before.extendedError()).contains(NOT_AUTHORITATIVE);
    assertThat(it.exchanges(WWW + " A")).isZero();
    it.resolve(WWW);

    Asked after = it.client().resolve(query);

    assertThat(after.answers()).hasSize(1);
    assertThat(after.reply().getHeader().getFlag(Flags.RD)).isFalse();
    assertThat(after.reply().getHeader().getFlag(Flags.RA)).isTrue();
  }

  @Test
  void responses_and_runts_are_dropped_and_counted() {
    Message response = SimulatedClient.query(WWW, Type.A);
    response.getHeader().setFlag(Flags.QR);

    assertThat(it.client().resolve(response).isDropped()).isTrue();
    assertThat(it.client().await(it.client().ask(new byte[11], Transport.UDP)).isDropped())
        .isTrue();
    assertThat(it.world.events().count(DropReason.RESPONSE)).isEqualTo(1);
    assertThat(it.world.events().count(DropReason.RUNT)).isEqualTo(1);
  }

  @Test
  void a_client_without_edns_gets_none() { // RFC 6891 §7
    Message query =
        Message.newQuery(Record.newRecord(Name.fromConstantString(WWW), Type.A, DClass.IN));
    for (int i = 0; i < 2; i++) {
      Asked asked = it.client().resolve(query);
      assertThat(asked.answers()).hasSize(1);
      assertThat(asked.reply().getOPT()).isNull();
    }
  }
}
