package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.validate.SignedTree.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** What a client gets by the flags CD, AD and DO of its query (RFC 6840 §5.7 to §5.9). */
class ClientFlagsTest {
  /** One of the eight combinations. */
  private record Combination(boolean cd, boolean ad, boolean wantsRecords) {
    static List<Combination> all() {
      List<Combination> all = new ArrayList<>();
      for (int bits = 0; bits < 8; bits++) {
        all.add(new Combination((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0));
      }
      return all;
    }

    Message query(String name) {
      Message query = SignedTree.query(name, Type.A, wantsRecords ? ExtendedFlags.DO : 0);
      if (cd) {
        query.getHeader().setFlag(Flags.CD);
      }
      if (ad) {
        query.getHeader().setFlag(Flags.AD);
      }
      return query;
    }
  }

  private static void check(Asked asked, Combination query, Status status) {
    Message reply = asked.reply();
    boolean bogus = status == Status.BOGUS && !query.cd();
    String what = status + " " + query + "\n" + reply;
    assertThat(asked.rcode()).as(what).isEqualTo(bogus ? Rcode.SERVFAIL : Rcode.NOERROR);
    assertThat(asked.answers().stream().anyMatch(record -> record.getType() == Type.A))
        .as(what)
        .isEqualTo(!bogus);
    assertThat(reply.getHeader().getFlag(Flags.AD))
        .as("AD of %s", what)
        .isEqualTo(status == Status.SECURE && !query.cd() && (query.ad() || query.wantsRecords()));
    assertThat(reply.getHeader().getFlag(Flags.CD)).as("CD of %s", what).isEqualTo(query.cd());
    assertThat(asked.answers().stream().anyMatch(RRSIGRecord.class::isInstance))
        .as("RRSIG of %s", what)
        .isEqualTo(query.wantsRecords() && !bogus && status != Status.INSECURE);
    assertThat(reply.getOPT()).as(what).isNotNull();
    assertThat((reply.getOPT().getFlags() & ExtendedFlags.DO) != 0)
        .as("DO of %s", what)
        .isEqualTo(query.wantsRecords());
  }

  /** Each combination on a resolver that knows nothing, and again after all others. */
  private static void checkAll(String name, Status status, boolean damaged) {
    for (Combination first : Combination.all()) {
      try (SignedTree tree = new SignedTree()) {
        if (damaged) {
          tree.changing(
              SignedTree.NSEC,
              Type.A,
              rrset -> ClaimTest.Breakage.DAMAGED.apply(SignedTree.key(SignedTree.NSEC), rrset));
        }
        check(tree.ask(first.query(name)), first, status);
        for (Combination next : Combination.all()) {
          check(tree.ask(next.query(name)), next, status);
        }
      }
    }
  }

  @Test
  void whatIsSecure() {
    checkAll("www." + SignedTree.NSEC, Status.SECURE, false);
  }

  @Test
  void whatIsInsecure() {
    checkAll("www.unsigned.com.", Status.INSECURE, false);
  }

  @Test
  void whatIsBogus() {
    checkAll("www." + SignedTree.NSEC, Status.BOGUS, true);
  }
}
