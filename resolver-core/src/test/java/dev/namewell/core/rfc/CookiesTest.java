package dev.namewell.core.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.settings.ServiceSettings.Cookies;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Cookies as clients meet them (RFC 7873 §5.2). */
class CookiesTest {
  private static final String WWW = "www.example.";
  private static final byte[] CLIENT = {1, 2, 3, 4, 5, 6, 7, 8};

  private final Scene it = new Scene(Scene.ZONE);

  @AfterEach
  void close() {
    it.close();
  }

  private static Message query(@Nullable CookieOption cookie) {
    Message query = SimulatedClient.query(WWW, Type.A);
    query.removeAllRecords(Section.ADDITIONAL);
    List<EDNSOption> options = cookie == null ? List.of() : List.of(cookie);
    query.addRecord(new OPTRecord(1232, 0, 0, 0, options), Section.ADDITIONAL);
    return query;
  }

  private Asked ask(@Nullable CookieOption cookie) {
    return it.client().resolve(query(cookie));
  }

  private static CookieOption cookie(Asked asked) {
    List<EDNSOption> options = asked.reply().getOPT().getOptions(EDNSOption.Code.COOKIE);
    assertThat(options).hasSize(1);
    CookieOption cookie = (CookieOption) options.getFirst();
    assertThat(cookie.getClientCookie()).isEqualTo(CLIENT);
    assertThat(cookie.getServerCookie()).hasValueSatisfying(ours -> assertThat(ours).hasSize(16));
    return cookie;
  }

  @Test
  void a_client_that_sends_its_cookie_gets_ours() {
    Asked resolved = ask(new CookieOption(CLIENT));
    assertThat(resolved.answers()).hasSize(1);
    CookieOption given = cookie(resolved);
    Asked cached = ask(given);
    assertThat(cached.answers()).hasSize(1);
    cookie(cached);
    assertThat(ask(null).reply().getOPT().getOptions()).as("unasked").isEmpty();
  }

  @Test
  void a_wrong_server_cookie_is_as_good_as_none_by_default() {
    Asked asked = ask(new CookieOption(CLIENT, new byte[16]));

    assertThat(asked.answers()).hasSize(1);
    cookie(asked);
  }

  @Test
  void no_cookies_where_they_are_switched_off() {
    it.cookies(Cookies.OFF);

    Asked asked = ask(new CookieOption(CLIENT));

    assertThat(asked.answers()).hasSize(1);
    assertThat(asked.reply().getOPT().getOptions()).isEmpty();
  }

  @Test
  void a_server_cookie_can_be_asked_for_without_a_question() { // RFC 7873 §5.4
    Message query = query(new CookieOption(CLIENT));
    query.removeAllRecords(Section.QUESTION);

    Asked asked = it.client().resolve(query);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.reply().getSection(Section.QUESTION)).isEmpty();
    cookie(asked);
    query.removeAllRecords(Section.ADDITIONAL);
    assertThat(it.client().resolve(query).rcode()).as("nothing asked").isEqualTo(Rcode.FORMERR);
  }

  @Test
  void where_they_are_required_a_client_comes_again_with_the_cookie_it_got() { // RFC 7873 §5.2.3
    it.cookies(Cookies.REQUIRED);

    Asked first = ask(new CookieOption(CLIENT));
    assertThat(first.rcode()).isEqualTo(23); // BADCOOKIE
    assertThat(first.answers()).isEmpty();
    assertThat(ask(new CookieOption(CLIENT, new byte[16])).rcode()).isEqualTo(23);
    assertThat(it.exchanges(WWW + " A")).isZero();
    assertThat(ask(cookie(first)).answers()).hasSize(1);
  }

  @Test
  void where_they_are_required_a_client_without_cookies_is_sent_to_tcp() {
    it.cookies(Cookies.REQUIRED);

    Asked udp = ask(null);
    assertThat(udp.reply().getHeader().getFlag(Flags.TC)).isTrue();
    assertThat(udp.answers()).isEmpty();
    assertThat(udp.extendedError()).isEqualTo(Optional.empty());
    Asked tcp = it.client().await(it.client().ask(query(null), Transport.TCP));
    assertThat(tcp.answers()).hasSize(1);
  }
}
