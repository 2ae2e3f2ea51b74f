package dev.namewell.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Security;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class NativeCryptographyTest {
  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
  void itLoadsAndIsNobodysDefault() {
    assertThat(NativeCryptography.provider()).isPresent();
    assertThat(Security.getProviders()).doesNotContain(NativeCryptography.provider().orElseThrow());
  }
}
