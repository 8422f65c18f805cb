// Refuses a Node that is too old, before anything fails with a less helpful message.

const oldest = [20, 19];

export function checkNodeVersion(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  console.error(`Gatehouse needs Node ${oldest.join('.')} or later; this is Node ${version} (${process.execPath}).`);
  process.exit(1);
}
