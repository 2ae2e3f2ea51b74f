package dev.namewell.core.fake;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;

/** A server that answers as a test says, and remembers what it was asked. */
public final class FakeServer {
  /** What it makes of a query; null for silence. */
  public interface Script {
    @Nullable Message answer(Message query, Transport transport);
  }

  /** A query that came. */
  public record Asked(long nanos, Transport transport, Message query) {
    public String name() {
      return query.getQuestion().getName().toString();
    }
  }

  public final Endpoint endpoint;
  public final List<Asked> asked = new ArrayList<>();
  public Duration latency = Duration.ofMillis(10);
  public Script script = (query, _) -> Messages.address(query, "192.0.2.80");

  /** ICMP unreachable, connection refused. */
  public @Nullable String unreachable;

  /** A cap of ours. */
  public @Nullable String overloaded;

  /** Forged packets that arrive before each UDP response. */
  public int forged;

  public UnaryOperator<byte[]> mangle = bytes -> bytes;

  public FakeServer(String address) {
    try {
      endpoint = new Endpoint(new InetSocketAddress(InetAddress.getByName(address), 53));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public FakeServer silent() {
    script = (_, _) -> null;
    return this;
  }

  public FakeServer answers(Script changed) {
    script = changed;
    return this;
  }

  public FakeServer rcode(int rcode) {
    return answers((query, _) -> Messages.rcode(query, rcode));
  }

  public FakeServer working() {
    return answers((query, _) -> Messages.address(query, "192.0.2.80"));
  }

  public FakeServer latency(long millis) {
    latency = Duration.ofMillis(millis);
    return this;
  }

  /** Queries for this name, in any letter case. */
  public long timesAsked(String name) {
    return asked.stream().filter(each -> each.name().equalsIgnoreCase(name)).count();
  }
}
