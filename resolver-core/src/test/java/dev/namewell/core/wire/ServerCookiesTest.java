package dev.namewell.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The examples of RFC 9018 appendix A, and what its §4.3 says of age. */
class ServerCookiesTest {
  private static final String KEY = "e5e973e5a6b2a43f48e7dc849e37bfcf";
  private static final String CLIENT_COOKIE = "2464c4abcf10c957";
  private static final String COOKIE = CLIENT_COOKIE + "010000005cf79f111f8130c3eee29480";
  private static final long MADE_AT = 1_559_731_985;
  private static final Client CLIENT = client("198.51.100.100");

  private long now = MADE_AT;
  private long drawn;
  private ServerCookies cookies = cookies(KEY);

  /** With this key first; every later key is another one. */
  private ServerCookies cookies(String key) {
    byte[] octets = HexFormat.of().parseHex(key);
    drawn = 0;
    RandomGenerator keys =
        () -> {
          int at = (int) (drawn++ * Long.BYTES);
          return at >= octets.length ? at : littleEndian(octets, at);
        };
    return new ServerCookies(() -> now, keys);
  }

  private static long littleEndian(byte[] octets, int at) {
    long value = 0;
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      value = value << Byte.SIZE | (octets[at + i] & 0xff);
    }
    return value;
  }

  private static Client client(String address) {
    return Client.of(new InetSocketAddress(InetAddress.ofLiteral(address), 4711), Transport.UDP);
  }

  private static Query query(String cookie) {
    byte[] octets = HexFormat.of().parseHex(cookie);
    byte[] client = Arrays.copyOf(octets, 8);
    byte[] server = Arrays.copyOfRange(octets, 8, octets.length);
    CookieOption option =
        server.length == 0 ? new CookieOption(client) : new CookieOption(client, server);
    Message message =
        Message.newQuery(Record.newRecord(Name.fromConstantString("a."), Type.A, DClass.IN));
    message.addRecord(new OPTRecord(1232, 0, 0, 0, option), Section.ADDITIONAL);
    byte[] packet = message.toWire();
    Query query = new Query();
    assertThat(query.read(packet, packet.length)).isEqualTo(Query.Form.WELL_FORMED);
    return query;
  }

  private String written(String clientCookie, Client client) {
    byte[] out = new byte[ServerCookies.LENGTH];
    cookies.write(query(clientCookie), client, out, 0);
    return HexFormat.of().formatHex(out);
  }

  @Test
  void a_new_cookie() { // A.1
    assertThat(written(CLIENT_COOKIE, CLIENT)).isEqualTo(COOKIE);
    assertThat(cookies.areValid(query(COOKIE), CLIENT)).isTrue();
  }

  @Test
  void a_cookie_is_made_anew_later() { // A.2
    now = 1_559_734_385;

    assertThat(written(CLIENT_COOKIE, CLIENT))
        .isEqualTo(CLIENT_COOKIE + "010000005cf7a871d4a564a1442aca77");
  }

  @Test
  void a_cookie_for_another_client() { // A.3
    now = 1_559_734_700;
    Client other = client("203.0.113.203");
    String cookie = written("fc93fc62807ddb86", other);

    assertThat(cookie).isEqualTo("fc93fc62807ddb86" + "010000005cf7a9acf73a7810aca2381e");
    assertThat(cookies.areValid(query(cookie), other)).isTrue();
  }

  @Test
  void a_cookie_for_an_ipv6_address() { // A.4
    cookies = cookies("445536bcd2513298075a5d379663c962");
    now = 1_559_741_961;
    Client six = client("2001:db8:220:1:59de:d0f4:8769:82b8");
    String renewed = written("22681ab97d52c298", six);

    assertThat(renewed).isEqualTo("22681ab97d52c298" + "010000005cf7c609a6bb79d16625507a");
  }

  @Test
  void a_cookie_is_valid_for_an_hour() {
    now = MADE_AT + 3600;
    assertThat(cookies.areValid(query(COOKIE), CLIENT)).isTrue();
    now = MADE_AT + 3601;
    assertThat(cookies.areValid(query(COOKIE), CLIENT)).isFalse();
    now = MADE_AT - 300;
    assertThat(cookies.areValid(query(COOKIE), CLIENT)).as("our clock was set back").isTrue();
    now = MADE_AT - 301;
    assertThat(cookies.areValid(query(COOKIE), CLIENT)).isFalse();
  }

  @Test
  void a_cookie_of_another_client_or_server_is_not_valid() {
    assertThat(cookies.areValid(query(COOKIE), client("198.51.100.101"))).isFalse();
    assertThat(cookies.areValid(query(COOKIE), client("2001:db8::1"))).isFalse();
    assertThat(cookies.areValid(query(CLIENT_COOKIE), CLIENT)).as("client cookie only").isFalse();
    String longer = COOKIE + "00";
    assertThat(cookies.areValid(query(longer), CLIENT)).as("some other server's").isFalse();
    for (int octet = 0; octet < ServerCookies.LENGTH; octet++) {
      byte[] damaged = HexFormat.of().parseHex(COOKIE);
      damaged[octet] ^= 1;
      assertThat(cookies.areValid(query(HexFormat.of().formatHex(damaged)), CLIENT))
          .as("octet " + octet)
          .isFalse();
    }
  }

  @Test
  void the_secret_changes_each_day_and_cookies_given_before_stay_valid() {
    now = MADE_AT + 86_399;
    String last = written(CLIENT_COOKIE, CLIENT);
    now += 1800;
    String first = written(CLIENT_COOKIE, CLIENT);
    assertThat(drawn).as("half keys drawn").isEqualTo(4);
    assertThat(cookies.areValid(query(last), CLIENT)).isTrue();
    assertThat(cookies.areValid(query(first), CLIENT)).isTrue();
    now += 86_400;
    String next = written(CLIENT_COOKIE, CLIENT);
    assertThat(cookies.areValid(query(next), CLIENT)).isTrue();
    assertThat(drawn).isEqualTo(6);
  }
}
