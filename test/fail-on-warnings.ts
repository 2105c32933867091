// A process warning (a leak of listeners, a deprecated call) is a defect that has not hurt yet.
process.on('warning', (warning) => {
  throw warning;
});
