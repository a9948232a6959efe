#include "cli/run.h"
#include "crypto/secret.h"

int main(int count, char** arguments) {
  generion::crypto::forbid_core_dumps();
  generion::crypto::initialize();
  auto streams = generion::cli::process_streams();
  return generion::cli::run({arguments + 1, arguments + count}, streams);
}
