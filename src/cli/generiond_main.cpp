#include "cli/run.h"
#include "crypto/secret.h"
#include "node/node.h"

int main(int count, char** arguments) {
  generion::crypto::forbid_core_dumps();
  generion::crypto::initialize();
  auto streams = generion::cli::process_streams();
  return generion::cli::run_daemon({arguments + 1, arguments + count}, streams,
                                   generion::node::serve);
}
