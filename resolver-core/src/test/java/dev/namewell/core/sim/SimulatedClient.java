package dev.namewell.core.sim;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.engine.QueryHandler;
import dev.namewell.core.engine.ReplySink;
import dev.namewell.core.port.Events.DropReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A stub resolver that asks the engine and keeps what comes back. */
public final class SimulatedClient {
  private static final int PAYLOAD = 1232;

  private final World world;
  private final QueryHandler handler;
  private final List<Asked> asked = new ArrayList<>();
  private int nextId = 1;

  SimulatedClient(World world, QueryHandler handler) {
    this.world = world;
    this.handler = handler;
  }

  /** One query and what became of it. */
  public static final class Asked implements ReplySink {
    private final SimulatedTasks tasks;
    private final byte[] query;
    private final Duration at;
    private byte @Nullable [] reply;
    private @Nullable DropReason drop;
    private Duration repliedAt = Duration.ZERO;
    private int ends;

    Asked(SimulatedTasks tasks, byte[] query) {
      this.tasks = tasks;
      this.query = query;
      this.at = tasks.elapsed();
    }

    @Override
    public void send(byte[] octets, int length) {
      ends++;
      repliedAt = tasks.elapsed();
      reply = Arrays.copyOf(octets, length);
    }

    @Override
    public void drop(DropReason why) {
      ends++;
      repliedAt = tasks.elapsed();
      drop = why;
    }

    @Override
    public ReplySink detach() {
      return this;
    }

    public byte[] query() {
      return query;
    }

    public Duration at() {
      return at;
    }

    /** Time from query to reply. */
    public Duration took() {
      return repliedAt.minus(at);
    }

    /** Replies and drops together. */
    public int ends() {
      return ends;
    }

    public boolean isDropped() {
      return drop != null;
    }

    /** The reply, read by another implementation. */
    public Message reply() {
      byte[] octets = reply;
      if (octets == null) {
        throw new AssertionError("no reply to " + question());
      }
      try {
        return new Message(octets);
      } catch (IOException e) {
        throw new AssertionError("the reply cannot be read", e);
      }
    }

    byte[] replyOctets() {
      byte[] octets = reply;
      return octets == null ? new byte[0] : octets;
    }

    public String question() {
      return Packets.question(query);
    }

    public int rcode() {
      return reply().getRcode();
    }

    /** Answer section. */
    public List<Record> answers() {
      return reply().getSection(Section.ANSWER);
    }

    /** Authority section. */
    public List<Record> authorities() {
      return reply().getSection(Section.AUTHORITY);
    }

    /** INFO-CODE of the Extended DNS Error, if there is one. */
    public Optional<Integer> extendedError() {
      Message message = reply();
      if (message.getOPT() == null) {
        return Optional.empty();
      }
      return message.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
          .map(option -> ((ExtendedErrorCodeOption) option).getErrorCode())
          .findFirst();
    }

    /** EXTRA-TEXT of the Extended DNS Error; empty if there is none. */
    public String extendedText() {
      return reply().getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
          .map(option -> ((ExtendedErrorCodeOption) option).getText())
          .findFirst()
          .orElse("");
    }
  }

  /** A query as most stub resolvers send it: RD, EDNS, no ID yet. */
  public static Message query(String name, int type) {
    Message query =
        Message.newQuery(Record.newRecord(Name.fromConstantString(name), type, DClass.IN));
    query.addRecord(new OPTRecord(PAYLOAD, 0, 0), Section.ADDITIONAL);
    return query;
  }

  /** The same, asking for DNSSEC records. */
  public static Message queryWithDo(String name, int type) {
    Message query = query(name, type);
    query.removeAllRecords(Section.ADDITIONAL);
    query.addRecord(new OPTRecord(PAYLOAD, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
    return query;
  }

  /** Asks now, on the event loop. The reply comes when the world goes on. */
  public Asked ask(String name, int type) {
    return ask(query(name, type), Transport.UDP);
  }

  /** Asks now; the query gets an ID. */
  public Asked ask(Message query, Transport transport) {
    query.getHeader().setID(nextId++ & 0xffff);
    return ask(query.toWire(), transport);
  }

  /** Sends these octets now. */
  public Asked ask(byte[] octets, Transport transport) {
    Asked one = new Asked(world.tasks(), octets);
    asked.add(one);
    world.tasks().at(Duration.ZERO, () -> hand(one, transport));
    return one;
  }

  private void hand(Asked one, Transport transport) {
    Client client =
        Client.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000), transport);
    // The listener reuses its buffer: whatever the engine keeps it has to copy.
    byte[] buffer = Arrays.copyOf(one.query, Math.max(512, one.query.length));
    handler.handle(buffer, one.query.length, client, one, world.time().nanos());
    Arrays.fill(buffer, (byte) 0xee);
    client.setIpv4(0, 0);
  }

  /** Asks for an address and lets the world go on until the reply is there. */
  public Asked resolve(String name) {
    return resolve(name, Type.A);
  }

  /** Asks and lets the world go on until the reply is there, at most ten seconds. */
  public Asked resolve(String name, int type) {
    return await(ask(name, type));
  }

  /** Asks over UDP and lets the world go on until the reply is there, at most ten seconds. */
  public Asked resolve(Message query) {
    return await(ask(query, Transport.UDP));
  }

  /** Lets the world go on until the reply is there, at most ten seconds. */
  public Asked await(Asked one) {
    world.tasks().runUntil(() -> one.ends > 0, Duration.ofSeconds(10));
    return one;
  }

  /** Every query so far, oldest first. */
  public List<Asked> asked() {
    return asked;
  }
}
