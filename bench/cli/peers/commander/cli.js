import { Command } from 'commander';

const program = new Command('peer').version('1.0.0');
program.command('hello').action(() => {
  process.stdout.write('hello\n');
});
program.parse();
