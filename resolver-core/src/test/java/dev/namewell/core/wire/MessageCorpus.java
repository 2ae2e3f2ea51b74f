package dev.namewell.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSIDOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TcpKeepaliveOption;
import org.xbill.DNS.Type;

/** Valid messages of every kind, written by another implementation: where mutations begin. */
final class MessageCorpus {
  private static final String SOA =
      "au example.com. 900 SOA ns.example.com. h.example.com. 1 2 3 4 5";
  private static final String SIGNATURE =
      " 300 RRSIG %s 13 3 300 20300101000000 20200101000000 1234 example.com. q1wr3Q==";

  private MessageCorpus() {}

  /** Queries by a name that says what is in them. */
  static Map<String, byte[]> queries() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    String deep = "a.".repeat(120) + "example.";
    for (String name : new String[] {".", "wWw.eXample.com.", deep, "\\000\\.\\255.x."}) {
      all.put("plain-" + all.size(), query(name, Type.A).toWire());
      all.put("edns-" + all.size(), with(query(name, Type.AAAA), 0).toWire());
    }
    Message checking = with(query("example.com.", Type.DNSKEY), ExtendedFlags.DO);
    checking.getHeader().setFlag(Flags.CD);
    checking.getHeader().setFlag(Flags.AD);
    all.put("dnssec", checking.toWire());
    all.put(
        "options",
        with(
                query("example.com.", Type.HTTPS),
                0,
                new NSIDOption(new byte[0]),
                new CookieOption(new byte[8], new byte[16]),
                new TcpKeepaliveOption(),
                new GenericEDNSOption(12, new byte[20]),
                new GenericEDNSOption(65001, new byte[3]))
            .toWire());
    Message incremental = query("example.com.", Type.IXFR);
    incremental.addRecord(record(SOA.substring(3)), Section.AUTHORITY);
    all.put("ixfr", incremental.toWire());
    Message version = query("example.com.", Type.A);
    version.addRecord(new OPTRecord(4096, 0, 1), Section.ADDITIONAL);
    all.put("edns-version-1", version.toWire());
    Message notify = query("example.com.", Type.SOA);
    notify.getHeader().setOpcode(Opcode.NOTIFY);
    all.put("notify", notify.toWire());
    Message chaos =
        Message.newQuery(Record.newRecord(name("version.bind."), Type.TXT, DClass.CHAOS));
    chaos.getHeader().setID(1);
    all.put("chaos", chaos.toWire());
    Message extra = with(query("example.com.", Type.A), 0);
    extra.addRecord(record("key.example. 0 TXT signed"), Section.ADDITIONAL);
    all.put("more-additional", extra.toWire());
    return all;
  }

  /** Responses by a name that says what is in them. */
  static Map<String, byte[]> responses() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    String www = "www.example.com. A";
    all.put(
        "addresses",
        response(
            www,
            Rcode.NOERROR,
            "an www.example.com. 300 A 192.0.2.1",
            "an www.example.com. 300 A 192.0.2.2",
            "au example.com. 900 NS ns.example.com.",
            "ad ns.example.com. 900 AAAA 2001:db8::1"));
    all.put(
        "aliases",
        response(
            www,
            Rcode.NOERROR,
            "an www.example.com. 300 CNAME a.example.net.",
            "an a.example.net. 60 CNAME b.example.org.",
            "an b.example.org. 30 A 192.0.2.1"));
    all.put(
        "dname",
        response(
            www,
            Rcode.NOERROR,
            "an example.com. 300 DNAME example.net.",
            "an www.example.com. 300 CNAME www.example.net.",
            "an www.example.net. 60 A 192.0.2.1"));
    all.put("dangling", response(www, Rcode.NOERROR, "an www.example.com. 9 CNAME a.example.net."));
    all.put("name-error", response(www, Rcode.NXDOMAIN, SOA));
    all.put("nodata", response("www.example.com. AAAA", Rcode.NOERROR, SOA));
    all.put(
        "alias-to-nothing",
        response(www, Rcode.NXDOMAIN, "an www.example.com. 9 CNAME a.example.com.", SOA));
    addSigned(all);
    addOthers(all);
    addLarge(all);
    return all;
  }

  private static void addSigned(Map<String, byte[]> all) {
    String www = "www.example.com. A";
    all.put(
        "signed",
        response(
            www,
            Rcode.NOERROR,
            "an www.example.com. 300 A 192.0.2.1",
            "an www.example.com." + SIGNATURE.formatted("A"),
            "au www.example.com. 300 NSEC z.example.com. A RRSIG",
            "au www.example.com." + SIGNATURE.formatted("NSEC")));
    all.put(
        "denial",
        response(
            www,
            Rcode.NXDOMAIN,
            SOA,
            "au example.com." + SIGNATURE.formatted("SOA"),
            "au v.example.com. 300 NSEC x.example.com. A RRSIG",
            "au v.example.com." + SIGNATURE.formatted("NSEC")));
  }

  private static void addOthers(Map<String, byte[]> all) {
    String www = "www.example.com. A";
    all.put(
        "mail",
        response(
            "example.com. MX",
            Rcode.NOERROR,
            "an example.com. 300 MX 10 mx1.example.com.",
            "an example.com. 300 MX 20 mx2.example.com.",
            "ad mx1.example.com. 300 A 192.0.2.1"));
    all.put(
        "service",
        response("_x._tcp.example.com. SRV", 0, "an _x._tcp.example.com. 9 SRV 1 2 3 h.example."));
    all.put(
        "unasked",
        response(
            www,
            Rcode.NOERROR,
            "an www.bank.example. 300 A 203.0.113.66",
            "an www.example.com. 300 A 192.0.2.1",
            "an example.com. 300 MX 5 www.example.com."));
    all.put("text", response("example.com. TXT", 0, "an example.com. 9 TXT \"a b\" c"));
    all.put(
        "unknown", response("example.com. TYPE65280", 0, "an example.com. 9 TYPE65280 \\# 2 abcd"));
    all.put("referral", response(www, Rcode.NOERROR, "au com. 900 NS a.gtld-servers.net."));
    all.put("failure", response(www, Rcode.SERVFAIL));
  }

  private static void addLarge(Map<String, byte[]> all) {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      many.add("an example.com. 300 NS ns" + i + ".example.com.");
    }
    all.put("many", response("example.com. NS", 0, many.toArray(new String[0])));
    byte[] cut = response("example.com. NS", 0, many.toArray(new String[0]));
    cut[2] |= 0x02;
    all.put("truncated", Arrays.copyOf(cut, 200));
    byte[] bare = response("example.com. NS", Rcode.FORMERR);
    bare[5] = 0;
    bare[11] = 0;
    all.put("bare-header", Arrays.copyOf(bare, 12));
  }

  private static Name name(String text) {
    return Name.fromConstantString(text);
  }

  private static Message query(String name, int type) {
    Message query = new Message(4711);
    query.getHeader().setFlag(Flags.RD);
    query.addRecord(Record.newRecord(name(name), type, DClass.IN), Section.QUESTION);
    return query;
  }

  private static Message with(Message query, int flags, EDNSOption... options) {
    query.addRecord(new OPTRecord(1232, 0, 0, flags, options), Section.ADDITIONAL);
    return query;
  }

  private static Record record(String line) {
    try (Master master = new Master(new ByteArrayInputStream(line.getBytes(UTF_8)))) {
      return master.nextRecord();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param question QNAME and QTYPE
   * @param lines "an", "au" or "ad" and a record
   */
  private static byte[] response(String question, int rcode, String... lines) {
    String[] asked = question.split(" ", -1);
    Message message = query(asked[0], Type.value(asked[1]));
    message.getHeader().setFlag(Flags.QR);
    message.getHeader().setFlag(Flags.RA);
    message.getHeader().setRcode(rcode);
    for (String line : lines) {
      int section =
          switch (line.substring(0, 2)) {
            case "an" -> Section.ANSWER;
            case "au" -> Section.AUTHORITY;
            default -> Section.ADDITIONAL;
          };
      message.addRecord(record(line.substring(3)), section);
    }
    with(
        message,
        ExtendedFlags.DO,
        new CookieOption(new byte[8], new byte[16]),
        new ExtendedErrorCodeOption(22, "no answer"),
        new TcpKeepaliveOption(100));
    return message.toWire();
  }
}
