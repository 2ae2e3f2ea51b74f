package dev.namewell.core.sim;

import dev.namewell.core.dns.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A DNS server that knows one set of records and has its quirks, which a test may change. */
public final class SimulatedServer implements Responder {
  private static final int HEADER = 12;
  private static final int PLAIN_UDP = 512;
  private static final int MAX_MESSAGE = 65535;
  private static final int OWN_UDP = 1232;

  private final SimulatedZone zone;
  private final boolean recursive;
  private final SplittableRandom random;
  private final Set<Quirk> quirks = EnumSet.noneOf(Quirk.class);
  private UnaryOperator<byte[]> alteration = UnaryOperator.identity();
  private int queries;

  /**
   * @param recursive true: RA is set and alias chains are followed to their end
   */
  public SimulatedServer(SimulatedZone zone, boolean recursive, long seed) {
    this.zone = zone;
    this.recursive = recursive;
    this.random = new SplittableRandom(seed);
  }

  /** From now on it behaves so, and in no other strange way. */
  public SimulatedServer with(Quirk... these) {
    quirks.clear();
    quirks.addAll(List.of(these));
    return this;
  }

  /** From now on every response is changed so before it leaves. */
  public SimulatedServer altering(UnaryOperator<byte[]> change) {
    alteration = change;
    return this;
  }

  /** Queries that have arrived. */
  public int queries() {
    return queries;
  }

  @Override
  public byte[] answer(byte[] query, Transport transport) {
    queries++;
    try {
      if (quirks.contains(Quirk.GARBAGE)) {
        return garbage(query);
      }
      return alteration.apply(answer(new Message(query), transport));
    } catch (IOException e) {
      throw new UncheckedIOException("the resolver sent a query that cannot be read", e);
    }
  }

  private byte[] answer(Message query, Transport transport) throws IOException {
    OPTRecord opt = quirks.contains(Quirk.IGNORES_EDNS) ? null : query.getOPT();
    Message response = blank(query);
    if (opt != null && quirks.contains(Quirk.FORMERR_ON_EDNS)) {
      response.getHeader().setRcode(Rcode.FORMERR);
      return response.toWire();
    }
    byte @Nullable [] cookie = opt == null ? null : cookie(opt);
    int rcode = rcode(cookie, transport);
    if (rcode != Rcode.NOERROR) {
      response.getHeader().setRcode(rcode & 0xf);
    } else if (transport == Transport.UDP && quirks.contains(Quirk.TRUNCATES)) {
      response.getHeader().setFlag(Flags.TC);
    } else {
      fill(response, query.getQuestion());
    }
    if (opt != null) {
      response.addRecord(ownOpt(rcode >> 4, opt, cookie), Section.ADDITIONAL);
    }
    int udp = opt == null ? PLAIN_UDP : Math.max(PLAIN_UDP, opt.getPayloadSize());
    return response.toWire(transport == Transport.UDP ? udp : MAX_MESSAGE);
  }

  private Message blank(Message query) {
    Message response = new Message(query.getHeader().getID());
    response.getHeader().setFlag(Flags.QR);
    if (query.getHeader().getFlag(Flags.RD)) {
      response.getHeader().setFlag(Flags.RD);
    }
    if (query.getHeader().getFlag(Flags.CD)) {
      response.getHeader().setFlag(Flags.CD);
    }
    response.getHeader().setFlag(recursive ? Flags.RA : Flags.AA);
    Record question = query.getQuestion();
    Name name = question.getName();
    if (quirks.contains(Quirk.LOWERCASES_QUESTION)) {
      name = name.canonicalize();
    }
    response.addRecord(
        Record.newRecord(name, question.getType(), question.getDClass()), Section.QUESTION);
    return response;
  }

  private int rcode(byte @Nullable [] cookie, Transport transport) {
    if (quirks.contains(Quirk.SERVFAIL)) {
      return Rcode.SERVFAIL;
    }
    if (quirks.contains(Quirk.REFUSED)) {
      return Rcode.REFUSED;
    }
    boolean wantsCookie = quirks.contains(Quirk.DEMANDS_COOKIE) && transport == Transport.UDP;
    return wantsCookie && !knowsCookie && cookie != null ? Rcode.BADCOOKIE : Rcode.NOERROR;
  }

  private boolean knowsCookie;

  /** Client cookie and ours behind it; null where cookies are not our business. */
  private byte @Nullable [] cookie(OPTRecord opt) {
    knowsCookie = false;
    if (!quirks.contains(Quirk.COOKIES) && !quirks.contains(Quirk.DEMANDS_COOKIE)) {
      return null;
    }
    for (EDNSOption option : opt.getOptions(EDNSOption.Code.COOKIE)) {
      CookieOption given = (CookieOption) option;
      byte[] whole = Arrays.copyOf(given.getClientCookie(), 16);
      for (int i = 0; i < 8; i++) {
        whole[8 + i] = (byte) (whole[i] * 31 + 7);
      }
      byte[] server = given.getServerCookie().orElse(new byte[0]);
      knowsCookie = Arrays.equals(server, Arrays.copyOfRange(whole, 8, 16));
      return whole;
    }
    return null;
  }

  private void fill(Message response, Record question) {
    SimulatedZone.Found found =
        zone.find(
            question.getName(),
            question.getType(),
            recursive && !quirks.contains(Quirk.STOPS_AT_ALIAS));
    found.answers().forEach(record -> response.addRecord(record, Section.ANSWER));
    if (!found.nameExists()) {
      response.getHeader().setRcode(Rcode.NXDOMAIN);
    }
    Record soa = found.soa();
    if (soa != null && found.isNegative(question.getType()) && !quirks.contains(Quirk.NO_SOA)) {
      response.addRecord(soa, Section.AUTHORITY);
    }
    if (quirks.contains(Quirk.ADDS_UNASKED_RECORDS)) {
      Name victim = Name.fromConstantString("www.bank.example.");
      Record unasked = new ARecord(victim, DClass.IN, 86400, SimulatedNetwork.POISON);
      response.addRecord(unasked, Section.ANSWER);
      response.addRecord(unasked, Section.AUTHORITY);
      response.addRecord(unasked, Section.ADDITIONAL);
    }
  }

  private static OPTRecord ownOpt(int extendedRcode, OPTRecord asked, byte @Nullable [] cookie) {
    List<EDNSOption> options =
        cookie == null
            ? List.of()
            : List.of(
                new CookieOption(
                    Arrays.copyOf(cookie, 8), Arrays.copyOfRange(cookie, 8, cookie.length)));
    return new OPTRecord(OWN_UDP, extendedRcode, 0, asked.getFlags(), options);
  }

  private byte[] garbage(byte[] query) {
    int end = HEADER;
    while (query[end] != 0) {
      end += 1 + query[end];
    }
    end += 5;
    byte[] response = Arrays.copyOf(query, end + random.nextInt(1, 200));
    for (int i = end; i < response.length; i++) {
      response[i] = (byte) random.nextInt();
    }
    response[2] |= (byte) 0x80;
    response[7] = (byte) random.nextInt(1, 20);
    response[9] = 0;
    response[11] = 0;
    return response;
  }
}
